import type { EvaluationReport, Grouping, Preparation, TrainRequest } from './contract.ts';
import type { KnownItem } from './item-table.ts';

/** Labelled recordings, ready to be learned from. */
export interface PreparedLesson {
  items: KnownItem[];
  classNames: string[];
  classes: Int32Array;
  groups: Int32Array;
  grouping: EvaluationReport['grouping'];
  /** What a person should know of the tracks before believing a score. */
  cautions: string[];
  /** Folds that every class can be dealt to, not more than were asked for. */
  folds: number;
  preparation: Preparation;
}

const LEAST_GROUPS = 3;

/**
 * Chooses what is learned from: recordings with a label that have been heard, of classes that are large
 * enough.
 * @param labels one value per recording
 * @param heard recordings that the model has heard
 * @param severalCount of those, how many carry more labels than the one that is learned
 */
export function prepareLesson(
  labels: ReadonlyMap<number, string>,
  heard: KnownItem[],
  severalCount: number,
  { settings }: TrainRequest,
): PreparedLesson {
  const labelled = heard.filter(({ recordingId }) => labels.has(recordingId));
  const tally = new Map<string, number>();
  for (const { recordingId } of labelled) {
    const name = labels.get(recordingId)!;
    tally.set(name, (tally.get(name) ?? 0) + 1);
  }
  const names = [...tally.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const classNames = names.filter((name) => tally.get(name)! >= settings.leastPerClass);
  const numberOf = new Map(classNames.map((name, c) => [name, c]));
  const items = labelled.filter(({ recordingId }) => numberOf.has(labels.get(recordingId)!));
  const classes = Int32Array.from(items, (item) => numberOf.get(labels.get(item.recordingId)!)!);
  const { grouping, groups } = chooseGroups(items, classes, classNames.length, settings.grouping);
  const groupCounts = countGroups(classes, groups, classNames.length);
  const preparation: Preparation = {
    classes: classNames.map((name, c) => ({
      name,
      count: tally.get(name)!,
      groups: groupCounts[c],
    })),
    leftOut: names
      .filter((name) => !numberOf.has(name))
      .map((name) => ({ name, count: tally.get(name)! })),
    unheardCount: labels.size - labelled.length,
    severalCount,
    grouping,
    problem: problemOf(classNames, names, settings.leastPerClass),
  };
  const folds = Math.max(2, Math.min(settings.folds, ...groupCounts));
  const cautions = [...cautionOfSeveral(severalCount), ...cautionsOf(items, classes, classNames)];
  return { items, classNames, classes, groups, grouping, cautions, folds, preparation };
}

function problemOf(classNames: string[], names: string[], least: number): string | null {
  if (names.length === 0) return 'No track that was heard has a label of this set.';
  if (names.length === 1)
    return `All labelled tracks are ${names[0]}. There is nothing to tell apart.`;
  if (classNames.length >= 2) return null;
  return `Fewer than two labels have ${least} tracks that were heard. Label more of them.`;
}

/** Albums where every class has several of them, else single tracks. */
function chooseGroups(
  items: KnownItem[],
  classes: Int32Array,
  classCount: number,
  wanted: Grouping,
): { grouping: EvaluationReport['grouping']; groups: Int32Array } {
  if (wanted !== 'auto') return { grouping: wanted, groups: groupsBy(items, wanted) };
  const albums = groupsBy(items, 'album');
  const fewest = Math.min(...countGroups(classes, albums, classCount));
  return fewest >= LEAST_GROUPS
    ? { grouping: 'album', groups: albums }
    : { grouping: 'track', groups: groupsBy(items, 'track') };
}

function cautionOfSeveral(count: number): string[] {
  if (count === 0) return [];
  const tracks = count === 1 ? 'One track carries' : `${count} tracks carry`;
  return [
    `${tracks} several labels, and taught only the first: the surest, or the first in the tags. To use every label, ask for one by yes or no.`,
  ];
}

/** A class that is one album can be told by the sound of that album alone. */
function cautionsOf(items: KnownItem[], classes: Int32Array, classNames: string[]): string[] {
  const albums = countGroups(classes, groupsBy(items, 'album'), classNames.length);
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

function countGroups(classes: Int32Array, groups: Int32Array, classCount: number): number[] {
  const seen = Array.from({ length: classCount }, () => new Set<number>());
  classes.forEach((own, i) => seen[own].add(groups[i]));
  return seen.map(({ size }) => size);
}
