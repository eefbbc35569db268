import { Random } from '../base/random.ts';
import { affinitiesOf } from './affinities.ts';
import { ForceField } from './force-field.ts';
import type { KnnGraph } from './fuzzy-graph.ts';

export interface TsneOptions {
  /** About 3 × perplexity neighbours per row. */
  graph: KnnGraph;
  dims: 2 | 3;
  /** n × dims start, such as PCA scores; it is scaled, not changed. */
  start: Float32Array;
  /** How many neighbours a track feels, softly: 5 to 50. */
  perplexity: number;
  /** Which way the start is turned: arrangements differ by it, and their recall by about one in a hundred. */
  seed: number;
  threads: number;
}

/** Neighbours that t-SNE looks at, as all its implementations. */
export const neighboursForPerplexity = (perplexity: number): number => Math.ceil(3 * perplexity);

const ITERATIONS = 700;
/** Large maps open up sooner with more momentum, small ones settle better with less. */
const MOMENTUM = { gathering: 0.5, small: 0.8, large: 0.9 };
const LARGE = 4000;
/** At first clusters gather, pulled harder than is true. */
const GATHERING = 250;
const EXAGGERATION = 12;
/** Step size of small maps: the 50 of others throws a hundred points about, and fewer of them find one another. */
const MIN_RATE = 5;
const START_DEVIATION = 1e-4;
/** What sounds exactly alike gathers in one point, and nothing would part it again. */
const PARTING = 0.02;
/** Fewer push one another apart without end. */
const MIN_TRACKS = 4;

/**
 * t-SNE by Barnes-Hut (van der Maaten 2014) from a PCA start (Kobak & Berens 2019), with steps in proportion
 * to the number of points by the pull of the phase (Belkina et al. 2019; Linderman & Steinerberger 2019): with
 * the first phase's small steps, large maps would stop half-way. Yields the points as they are after every
 * iteration; they are the map at the end. The same input gives the same map.
 */
export async function* fitTsne(
  options: TsneOptions,
): AsyncGenerator<{ fraction: number; points: Float32Array }, Float32Array> {
  const { graph, dims, perplexity, threads } = options;
  const start = scaledStart(turned(options.start, dims, options.seed), dims);
  if (start.length < MIN_TRACKS * dims) return start;
  const field = await ForceField.create(affinitiesOf(graph, perplexity), dims, threads);
  try {
    field.points.set(start);
    const descent = new Descent(field, dims);
    for (let step = 0; step < ITERATIONS; step++) {
      if (step === GATHERING) part(field.points, options.seed);
      const z = await field.compute();
      descent.step(step < GATHERING, z);
      yield { fraction: (step + 1) / ITERATIONS, points: field.points };
    }
    return field.points.slice();
  } finally {
    await field.close();
  }
}

/** Gradient descent with momentum and one gain per coordinate (Jacobs 1988). */
class Descent {
  readonly #field: ForceField;
  readonly #dims: number;
  readonly #updates: Float64Array;
  readonly #gains: Float64Array;

  constructor(field: ForceField, dims: number) {
    const size = field.points.length;
    this.#field = field;
    this.#dims = dims;
    this.#updates = new Float64Array(size);
    this.#gains = new Float64Array(size).fill(1);
  }

  /** @param z what the repulsion is divided by */
  step(isGathering: boolean, z: number): void {
    const { points, attraction, repulsion } = this.#field;
    const updates = this.#updates;
    const gains = this.#gains;
    const pull = isGathering ? EXAGGERATION : 1;
    const n = points.length / this.#dims;
    const rate = Math.max(n / pull / 4, MIN_RATE);
    const momentum = MOMENTUM[isGathering ? 'gathering' : n > LARGE ? 'large' : 'small'];
    const means = new Float64Array(this.#dims);
    for (let i = 0; i < points.length; i++) {
      const force = 4 * (pull * attraction[i] - repulsion[i] / z);
      const turns = force > 0 !== updates[i] > 0;
      gains[i] = turns ? gains[i] + 0.2 : Math.max(0.01, gains[i] * 0.8);
      updates[i] = momentum * updates[i] - rate * gains[i] * force;
      points[i] += updates[i];
      means[i % this.#dims] += points[i];
    }
    for (let i = 0; i < points.length; i++) points[i] -= means[i % this.#dims] / n;
  }
}

function part(points: Float32Array, seed: number): void {
  const random = new Random(seed);
  for (let i = 0; i < points.length; i++) points[i] += PARTING * (random.next() - 0.5);
}

/** Turns the first two axes by an angle that the seed says. */
function turned(start: Float32Array, dims: number, seed: number): Float32Array {
  const angle = 2 * Math.PI * new Random(seed).next();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const result = start.slice();
  for (let i = 0; i < start.length; i += dims) {
    result[i] = cos * start[i] - sin * start[i + 1];
    result[i + 1] = sin * start[i] + cos * start[i + 1];
  }
  return result;
}

/** The first axis gets a deviation of 1e-4, the others in proportion. */
function scaledStart(start: Float32Array, dims: number): Float32Array {
  let squares = 0;
  for (let i = 0; i < start.length; i += dims) squares += start[i] ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, start.length / dims));
  const factor = deviation > 0 ? START_DEVIATION / deviation : 0;
  return start.map((value, i) => value * factor + 1e-7 * Math.sin(i + 1));
}
