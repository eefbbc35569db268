import type { ReadableDb } from '../../database/room.ts';
import { loadVectors, storedVersion } from '../../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../../features/room.ts';
import type { Candidate } from '../contract.ts';
import { fitScaler } from '../scaler.ts';
import type { Scaler } from '../scaler.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import type { Known } from '../worker-table.ts';

/** A pair of words for values of the features that a listener knows by name. */
interface MusicalWord {
  more: string;
  less: string;
  /** Dimensions whose mean it is, each by its own spread. */
  dimensions: number[];
}

const dimensionsOf = (...beginnings: string[]): number[] =>
  featureNames.flatMap((name, d) =>
    beginnings.some((begin) => name.startsWith(begin)) ? [d] : [],
  );

const LOW_BANDS = Array.from({ length: 12 }, (_, i) => `mel_mean_${String(i).padStart(2, '0')}`);

const WORDS: MusicalWord[] = [
  { more: 'brighter', less: 'darker', dimensions: dimensionsOf('centroid_mean', 'rolloff_mean') },
  { more: 'noisier', less: 'purer in tone', dimensions: dimensionsOf('flatness_mean') },
  {
    more: 'heavier in the bass',
    less: 'lighter in the bass',
    dimensions: dimensionsOf(...LOW_BANDS),
  },
  { more: 'louder', less: 'quieter', dimensions: dimensionsOf('rms_mean') },
  {
    more: 'more dynamic',
    less: 'less dynamic',
    dimensions: dimensionsOf('loudness_range', 'crest'),
  },
  { more: 'faster', less: 'slower', dimensions: dimensionsOf('tempo') },
  { more: 'busier', less: 'calmer', dimensions: dimensionsOf('onset_strength_mean') },
  {
    more: 'steadier in its beat',
    less: 'freer in its beat',
    dimensions: dimensionsOf('pulse_clarity'),
  },
  {
    more: 'clearer in its key',
    less: 'less settled in its key',
    dimensions: dimensionsOf('key_clarity'),
  },
  {
    more: 'richer in chord changes',
    less: 'stiller in its harmony',
    dimensions: dimensionsOf('tonnetz_std'),
  },
  {
    more: 'more varied in timbre',
    less: 'more even in timbre',
    dimensions: dimensionsOf('mfcc_std'),
  },
];

/** A word is used where so many of the class lie on the other side. */
const MOST_OF_THEM = 0.7;
const MOST_WORDS = 3;

/**
 * How a track differs from the class it was given and from the second candidate, in words for the features,
 * those first that the trees weighed the most: each component's contribution is traced back to the
 * values it is made of.
 * @param contributions of what the trees ask about
 * @returns whole sentences; none where the features of the track are not there
 */
export function describeInWords(
  db: ReadableDb,
  model: TreeModel,
  contributions: readonly number[],
  known: Known,
  classNames: string[],
  candidates: Candidate[],
  recordingId: number,
): string[] {
  const version = storedVersion(db, FEATURES_MODEL.id);
  if (version === null) return [];
  const set = loadVectors(db, { model: FEATURES_MODEL.id, version });
  if (set.dims !== FEATURES_MODEL.dims) return [];
  const rowOf = new Map(Array.from(set.recordingIds, (id, row) => [id, row]));
  const own = rowOf.get(recordingId);
  if (own === undefined) return [];
  const weights = WORDS.map((word) => weightOf(word, model, contributions));
  return candidates.slice(0, 2).flatMap(({ name }, place) => {
    const classIndex = classNames.indexOf(name);
    const others = known.recordingIds.filter(
      (id, i) => known.classes[i] === classIndex && id !== recordingId && rowOf.has(id),
    );
    const rows = others.map((id) => rowOf.get(id)!);
    const words = differingWords(set.vectors, set.dims, own, rows, weights);
    return words.length === 0
      ? place === 0 && rows.length > 0
        ? [`In brightness, dynamics, tempo and harmony it is like most ${name}.`]
        : []
      : [sentence(words, name)];
  });
}

/** How much of the contributions rests on the values of a word; 1 for a model of other values. */
function weightOf(
  word: MusicalWord,
  { components, scaler }: TreeModel,
  contributions: readonly number[],
): number {
  if (scaler.mean.length !== FEATURES_MODEL.dims) return 1;
  const share = (d: number): number =>
    components
      ? components.axes.reduce((sum, axis, c) => sum + Math.abs(contributions[c]) * axis[d] ** 2, 0)
      : Math.abs(contributions[d]);
  return word.dimensions.reduce((sum, d) => sum + share(d), 0) / word.dimensions.length;
}

interface Difference {
  words: string;
  /** Share of the others that it exceeds, or stays below. */
  share: number;
  weight: number;
}

function differingWords(
  vectors: Float32Array,
  dims: number,
  own: number,
  others: number[],
  weights: number[],
): Difference[] {
  if (others.length === 0) return [];
  const usual = fitScaler(vectors, dims, others);
  const differences = WORDS.map((word, w) => {
    const values = others.map((row) => levelOf(vectors, row, usual, word));
    const level = levelOf(vectors, own, usual, word);
    const below = values.filter((value) => value < level).length / values.length;
    const above = values.filter((value) => value > level).length / values.length;
    const isMore = below >= above;
    return {
      words: isMore ? word.more : word.less,
      share: Math.max(below, above),
      weight: weights[w] * (Math.max(below, above) - 0.5),
    };
  });
  return differences
    .filter(({ share }) => share >= MOST_OF_THEM)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_WORDS);
}

/** Mean of the word's values, each in deviations of the class. */
function levelOf(
  vectors: Float32Array,
  row: number,
  { mean, scale }: Scaler,
  word: MusicalWord,
): number {
  const sum = word.dimensions.reduce(
    (total, d) => total + (vectors[row * mean.length + d] - mean[d]) * scale[d],
    0,
  );
  return sum / word.dimensions.length;
}

function sentence(differences: Difference[], name: string): string {
  const words = differences.map(({ words: own }) => own);
  const list =
    words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  const share = Math.round(100 * differences[0].share);
  const part = share === 100 ? 'all' : `${share} %`;
  const text = `${list} than most ${name} (${differences[0].words} than ${part} of it).`;
  return text[0].toUpperCase() + text.slice(1);
}
