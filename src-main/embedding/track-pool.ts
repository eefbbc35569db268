/** Stretches over which vectors are kept; models with shorter segments give the mean over each. */
const BLOCK_SECONDS = 10;
/** So many classes are kept, */
const MOST_CLASSES = 10;
/** of at least this probability. */
const LEAST_PROBABILITY = 0.01;

/** What a model heard in one recording. */
export interface PooledTrack {
  vector: Float32Array;
  /** Seconds at which each stretch begins, and one row of the vector's size each. */
  starts: Float32Array;
  stretches: Float32Array;
  /** The most probable classes by number, best first. */
  classes: { index: number; probability: number }[];
}

interface Stretch {
  start: number;
  count: number;
  sum: Float64Array;
}

/** Gathers what a model says of the segments of one track, in any order, in memory that is bounded. */
export class TrackPool {
  readonly #sum: Float64Array;
  #scores: Float64Array | null = null;
  readonly #stretches = new Map<number, Stretch>();
  count = 0;

  constructor(dims: number) {
    this.#sum = new Float64Array(dims);
  }

  add(startSeconds: number, vector: Float32Array, scores: Float32Array | null): void {
    this.count++;
    addTo(this.#sum, vector);
    if (scores) addTo((this.#scores ??= new Float64Array(scores.length)), scores);
    // A segment that begins a rounding error early belongs to the next stretch.
    const number = Math.floor(startSeconds / BLOCK_SECONDS + 1e-6);
    const stretch = this.#stretches.get(number) ?? {
      start: startSeconds,
      count: 0,
      sum: new Float64Array(vector.length),
    };
    stretch.start = Math.min(stretch.start, startSeconds);
    stretch.count++;
    addTo(stretch.sum, vector);
    this.#stretches.set(number, stretch);
  }

  /** Null where no segment came. */
  finish(): PooledTrack | null {
    if (this.count === 0) return null;
    const ordered = [...this.#stretches.values()].sort((a, b) => a.start - b.start);
    const dims = this.#sum.length;
    const stretches = new Float32Array(ordered.length * dims);
    ordered.forEach(({ sum, count }, row) => stretches.set(mean(sum, count), row * dims));
    return {
      vector: mean(this.#sum, this.count),
      starts: Float32Array.from(ordered, ({ start }) => start),
      stretches,
      classes: this.#scores ? mostProbable(mean(this.#scores, this.count)) : [],
    };
  }
}

function addTo(sum: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

const mean = (sum: Float64Array, count: number): Float32Array =>
  Float32Array.from(sum, (value) => value / count);

function mostProbable(probabilities: Float32Array): PooledTrack['classes'] {
  return Array.from(probabilities, (probability, index) => ({ index, probability }))
    .filter(({ probability }) => probability >= LEAST_PROBABILITY)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_CLASSES);
}
