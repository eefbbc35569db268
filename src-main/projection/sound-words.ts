/** What was measured of how a recording sounds; NaN where it is not known. */
export interface Sound {
  /** BPM. */
  tempo: number;
  /** LUFS. */
  loudness: number;
  /** LU. */
  dynamics: number;
  /** 1 in minor, 0 in major. */
  minor: number;
  /** Hz. */
  brightness: number;
  /** From tones to noise, 0 to 1. */
  noise: number;
  /** How much begins at a time. */
  onsets: number;
  /** How clear the beat is. */
  pulse: number;
}

interface WordPair {
  fact: keyof Sound;
  more: string;
  less: string;
  /** What a listener does not notice is not said: means differ by at least this. */
  least?: number;
  /** How much it tells a listener; 1 by default. */
  weight?: number;
}

const PAIRS: WordPair[] = [
  { fact: 'tempo', more: 'fast', less: 'slow', least: 5 },
  { fact: 'loudness', more: 'loud', less: 'quiet', least: 1 },
  { fact: 'brightness', more: 'bright', less: 'dark', least: 100 },
  { fact: 'onsets', more: 'busy', less: 'calm', weight: 0.85 },
  { fact: 'minor', more: 'minor', less: 'major', least: 0.2, weight: 0.85 },
  { fact: 'noise', more: 'noisy', less: 'pure', weight: 0.75 },
  { fact: 'pulse', more: 'steady', less: 'drifting', weight: 0.75 },
  { fact: 'dynamics', more: 'dynamic', less: 'even', least: 1, weight: 0.75 },
];

/** Cliff's delta from which a difference counts as one, from -1 to 1; .33 is a medium one (Romano 2006). */
const LEAST_DELTA = 0.33;
/** In deviations of chance: of all the words a region could get, chance gives it one in one of twenty. */
const LEAST_DEVIATIONS = 2.7;
/** So many of a region must have been measured. */
const LEAST_KNOWN = 0.5;

/** A value throughout the library. */
interface Fact extends WordPair {
  values: Float64Array;
  /** From 1, the same for equal values; 0 where the value is not known. */
  ranks: Float64Array;
  known: number;
  mean: number;
}

/** Finds the words that set the sound of some recordings apart from that of the others. */
export class SoundWords {
  readonly #facts: Fact[];

  constructor(sounds: readonly Sound[]) {
    this.#facts = PAIRS.map((pair) => {
      const values = Float64Array.from(sounds, (sound) => sound[pair.fact]);
      const own = values.filter((value) => !Number.isNaN(value));
      return { ...pair, values, ranks: ranksOf(values), known: own.length, mean: meanOf(own) };
    });
  }

  /** Those first that tell the most. */
  of(rows: readonly number[]): string[] {
    return this.#facts
      .map((fact) => ({ fact, delta: deltaOf(fact, rows) }))
      .filter(({ delta }) => delta !== 0)
      .map(({ fact: { more, less, weight = 1 }, delta }) => ({
        word: delta > 0 ? more : less,
        score: weight * Math.abs(delta),
      }))
      .sort((a, b) => b.score - a.score)
      .map(({ word }) => word);
  }
}

/**
 * Cliff's delta: how much likelier a recording of these has more than one of the others, than less. 0 where the
 * difference is small, inaudible or may be chance.
 */
function deltaOf({ values, ranks, known, mean, least = 0 }: Fact, rows: readonly number[]): number {
  const own = rows.filter((row) => ranks[row] > 0);
  const [inside, outside] = [own.length, known - own.length];
  if (inside < LEAST_KNOWN * rows.length || inside * outside === 0) return 0;
  const rankSum = own.reduce((sum, row) => sum + ranks[row], 0);
  const wins = rankSum - (inside * (inside + 1)) / 2;
  const delta = (2 * wins) / (inside * outside) - 1;
  const chance = 2 * Math.sqrt((known + 1) / (12 * inside * outside));
  const isAudible = Math.abs(meanOf(own.map((row) => values[row])) - mean) >= least;
  const isClear = Math.abs(delta) >= Math.max(LEAST_DELTA, LEAST_DEVIATIONS * chance);
  return isAudible && isClear ? delta : 0;
}

function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  order.sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let at = first; at < end; at++) ranks[order[at]] = (first + 1 + end) / 2;
  }
  return ranks;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
