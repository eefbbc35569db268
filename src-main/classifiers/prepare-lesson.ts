import type { EvaluationReport, Grouping, Preparation, TrainRequest } from './contract.ts';
import type { KnownItem } from './item-table.ts';

/** Labelled recordings, ready to be learned from. */
export interface PreparedLesson {
  items: KnownItem[];
  classNames: string[];
  /** See `Lesson`. */
  answers: number[][];
  isSeveral: boolean;
  groups: Int32Array;
  grouping: EvaluationReport['grouping'];
  /** What a person should know of the tracks before believing a score. */
  cautions: string[];
  /** Folds that every class can be dealt to, not more than were asked for. */
  folds: number;
  preparation: Preparation;
}

const LEAST_GROUPS = 3;
/** Rarer labels are left out. */
const MOST_LABELS = 200;

/**
 * Chooses what is learned from: recordings that have been heard, of classes that are large enough.
 * @param labels one value per recording; any number of them where each is a yes or no of its own
 * @param heard recordings that the model has heard
 */
export function prepareLesson(
  labels: ReadonlyMap<number, string[]>,
  heard: KnownItem[],
  isSeveral: boolean,
  { settings }: Pick<TrainRequest, 'settings'>,
): PreparedLesson {
  const labelled = heard.filter(({ recordingId }) => labels.has(recordingId));
  const tally = new Map<string, number>();
  for (const name of labelled.flatMap(({ recordingId }) => labels.get(recordingId)!)) {
    tally.set(name, (tally.get(name) ?? 0) + 1);
  }
  const names = [...tally.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const least = settings.leastPerClass;
  const most = isSeveral ? labelled.length - least : Infinity;
  const frequent = names
    .filter((name) => tally.get(name)! >= least && tally.get(name)! <= most)
    .toSorted((a, b) => tally.get(b)! - tally.get(a)!);
  const chosen = new Set(isSeveral ? frequent.slice(0, MOST_LABELS) : frequent);
  const classNames = names.filter((name) => chosen.has(name));
  const numberOf = new Map(classNames.map((name, c) => [name, c]));
  const answersOf = ({ recordingId }: KnownItem): number[] =>
    labels.get(recordingId)!.flatMap((name) => numberOf.get(name) ?? []);
  const items = labelled.filter((item) => isSeveral || answersOf(item).length > 0);
  const answers = items.map(answersOf);
  const { grouping, groups } = chooseGroups(items, answers, classNames.length, settings.grouping);
  const groupCounts = countGroups(answers, groups, classNames.length);
  const preparation: Preparation = {
    trackCount: items.length,
    isSeveral,
    classes: classNames.map((name, c) => ({
      name,
      count: tally.get(name)!,
      groups: groupCounts[c],
    })),
    leftOut: names
      .filter((name) => !numberOf.has(name))
      .map((name) => ({ name, count: tally.get(name)! })),
    unheardCount: labels.size - labelled.length,
    grouping,
    problem: isSeveral
      ? problemOfSeveral(classNames, names, least)
      : problemOf(classNames, names, least),
  };
  const folds = Math.max(2, Math.min(settings.folds, ...groupCounts));
  const cautions = cautionsOf(items, answers, classNames);
  return {
    items,
    classNames,
    answers,
    isSeveral,
    groups,
    grouping,
    cautions,
    folds,
    preparation,
  };
}

function problemOf(classNames: string[], names: string[], least: number): string | null {
  if (names.length === 0) return 'No track that was heard has a label of this set.';
  if (names.length === 1)
    return `All labelled tracks are ${names[0]}. There is nothing to tell apart.`;
  if (classNames.length >= 2) return null;
  return `Fewer than two labels have ${least} tracks that were heard. Label more of them.`;
}

function problemOfSeveral(classNames: string[], names: string[], least: number): string | null {
  if (names.length === 0) return 'No track that was heard has a label of this set.';
  if (classNames.length > 0) return null;
  return `No label of this set is carried by ${least} tracks that were heard and not by ${least} others. Label more of them.`;
}

/** Albums where every class has several of them, else single tracks. */
function chooseGroups(
  items: KnownItem[],
  answers: number[][],
  classCount: number,
  wanted: Grouping,
): { grouping: EvaluationReport['grouping']; groups: Int32Array } {
  if (wanted !== 'auto') return { grouping: wanted, groups: groupsBy(items, wanted) };
  const albums = groupsBy(items, 'album');
  const fewest = Math.min(...countGroups(answers, albums, classCount));
  return fewest >= LEAST_GROUPS
    ? { grouping: 'album', groups: albums }
    : { grouping: 'track', groups: groupsBy(items, 'track') };
}

/** A class that is one album can be told by the sound of that album alone. */
function cautionsOf(items: KnownItem[], answers: number[][], classNames: string[]): string[] {
  const albums = countGroups(answers, groupsBy(items, 'album'), classNames.length);
  const single = classNames.filter((_, c) => albums[c] === 1);
  if (single.length === 0) return [];
  return [
    `Each of these is a single album, so that the score may tell the album's sound and not theirs: ${single.join(', ')}.`,
  ];
}

/** What has no album, or no artist, is a group of its own. */
export function groupKey(
  { recordingId, artist, album }: Pick<KnownItem, 'recordingId' | 'artist' | 'album'>,
  by: EvaluationReport['grouping'],
): string {
  const named = {
    track: '',
    artist: artist && `artist ${artist}`,
    album: album && `album ${artist}\n${album}`,
  };
  return named[by] || `recording ${recordingId}`;
}

function groupsBy(items: KnownItem[], by: EvaluationReport['grouping']): Int32Array {
  const numberOf = new Map<string, number>();
  return Int32Array.from(items, (item) => {
    const key = groupKey(item, by);
    const known = numberOf.get(key) ?? numberOf.size;
    numberOf.set(key, known);
    return known;
  });
}

function countGroups(answers: number[][], groups: Int32Array, classCount: number): number[] {
  const seen = Array.from({ length: classCount }, () => new Set<number>());
  answers.forEach((own, i) => own.forEach((c) => seen[c].add(groups[i])));
  return seen.map(({ size }) => size);
}
