import { AppError } from '../base/errors.ts';
import { neighbourGraph, VectorIndex } from '../similarity/room.ts';
import type { KnnGraph } from './fuzzy-graph.ts';
import { projectPca } from './pca.ts';
import { TRUE_NEIGHBOURS } from './track-trust.ts';
import { fitTsne, neighboursForPerplexity } from './tsne.ts';
import { fitUmap, placeNew } from './umap.ts';

/** Where and how the kNN search runs. */
export interface SearchOptions {
  threads: number;
  /** The built `neighbours.wasm`; by default the one of the source tree. */
  wasm?: string;
}

export interface FitOptions extends SearchOptions {
  /** n × width, rows of length one (or zero). */
  vectors: Float32Array;
  width: number;
  dims: 2 | 3;
  method: 'umap' | 'tsne' | 'pca';
  neighbours: number;
  /** 0 to 1. */
  minDist: number;
  /** How many neighbours t-SNE feels, softly. */
  perplexity: number;
  seed: number;
}

/** Points and the neighbour graph that they were laid out by, after a fit with at least `TRUE_NEIGHBOURS`. */
export interface FittedMap {
  /** n × dims, always finite. */
  points: Float32Array;
  graph: KnnGraph;
}

export interface PlaceMapOptions extends SearchOptions {
  /** Vectors of the tracks on the map, m × width, and their coordinates, m × dims. */
  vectors: Float32Array;
  coordinates: Float32Array;
  /** Vectors of the new tracks, n × width. */
  added: Float32Array;
  width: number;
  dims: 2 | 3;
  neighbours: number;
  minDist: number;
  seed: number;
}

export type FitStage = 'neighbours' | 'layout';
/**
 * `fraction` is 0 to 1 over both stages. `forming` are the points as they are, n × dims, to be read at
 * once; null while there are none.
 */
export type FitProgress = (stage: FitStage, fraction: number, forming: Float32Array | null) => void;

/** Longest time without looking for messages. */
const SLICE_MS = 50;
/** About this part of the time goes into the kNN graph. */
const GRAPH_PART = 0.3;
/** PCA as a map of its own looks at so many rows to find its axes. */
const ALL_ROWS = 20_000;

/**
 * Fits a map.
 * @throws AppError `cancelled` after `signal`
 */
export async function fitMap(
  options: FitOptions,
  onProgress: FitProgress = () => {},
  signal?: AbortSignal,
): Promise<FittedMap> {
  const { vectors, width, dims, method, seed } = options;
  const start = projectPca(vectors, width, dims, seed, method === 'pca' ? ALL_ROWS : undefined);
  const graph = await findGraph(options, onProgress, signal);
  if (method === 'pca') return { points: start, graph };
  const points = await runInSlices(
    method === 'umap' ? umapSteps(options, graph, start) : tsneSteps(options, graph, start),
    (fraction, forming) => onProgress('layout', GRAPH_PART + (1 - GRAPH_PART) * fraction, forming),
    signal,
  );
  return { points, graph };
}

const umapSteps = (options: FitOptions, graph: KnnGraph, start: Float32Array): Steps =>
  fitUmap({ ...options, graph: withNeighbours(graph, options.neighbours), start });

const tsneSteps = (options: FitOptions, graph: KnnGraph, start: Float32Array): Steps =>
  fitTsne({ ...options, graph, start });

/** The nearest `k` of each row. */
function withNeighbours(graph: KnnGraph, k: number): KnnGraph {
  if (graph.k <= k) return graph;
  const nearest = <T extends Int32Array | Float32Array>(values: T): T =>
    values.filter((_, e) => e % graph.k < k) as T;
  return { k, indices: nearest(graph.indices), distances: nearest(graph.distances) };
}

/**
 * Places new tracks into a map without moving it. Answers the new tracks only: their coordinates and
 * their neighbours among the rows of the map.
 */
export async function placeInMap(
  options: PlaceMapOptions,
  signal?: AbortSignal,
): Promise<FittedMap> {
  const { coordinates, dims, minDist, seed } = options;
  const graph = await findNeighboursOfAdded(options, signal);
  return { points: placeNew({ existing: coordinates, dims, graph, minDist, seed }), graph };
}

async function findGraph(
  { vectors, width, method, neighbours, perplexity, threads, wasm }: FitOptions,
  onProgress: FitProgress,
  signal?: AbortSignal,
): Promise<KnnGraph> {
  const wanted = method === 'tsne' ? neighboursForPerplexity(perplexity) : neighbours;
  return await neighbourGraph(vectors, width, Math.max(wanted, TRUE_NEIGHBOURS), {
    threads,
    wasm,
    onProgress: (fraction) => onProgress('neighbours', GRAPH_PART * fraction, null),
    signal,
  });
}

async function findNeighboursOfAdded(
  { vectors, added, width, neighbours, threads, wasm }: PlaceMapOptions,
  signal?: AbortSignal,
): Promise<KnnGraph> {
  const ids = rowNumbers(vectors, width);
  const count = added.length / width || 0;
  const k = Math.min(neighbours, ids.length);
  const graph = {
    k,
    indices: new Int32Array(count * k),
    distances: new Float32Array(count * k),
  };
  if (k === 0) return graph;
  const index = await VectorIndex.create(vectors, ids, { threads, wasm });
  try {
    for (let i = 0; i < count; i++) {
      if (signal?.aborted) throw new AppError('cancelled', 'Placing tracks was cancelled.');
      const found = await index.nearest(added.subarray(i * width, (i + 1) * width), k);
      graph.indices.set(found.ids, i * k);
      found.similarities.forEach((similarity, j) => {
        graph.distances[i * k + j] = Math.sqrt(Math.max(0, 2 - 2 * similarity));
      });
    }
    return graph;
  } finally {
    await index.close();
  }
}

function rowNumbers(vectors: Float32Array, width: number): Int32Array {
  return Int32Array.from({ length: vectors.length / width || 0 }, (_, row) => row);
}

type Step = { fraction: number; points: Float32Array };
type Steps = Generator<Step, Float32Array> | AsyncGenerator<Step, Float32Array>;

/** Runs a generator to its end and lets the event loop breathe in between. */
async function runInSlices(
  steps: Steps,
  onProgress: (fraction: number, forming: Float32Array) => void,
  signal?: AbortSignal,
): Promise<Float32Array> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (performance.now() < sliceEnd) continue;
    onProgress(step.value.fraction, step.value.points);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) {
      await steps.return(step.value.points);
      throw new AppError('cancelled', 'The map was cancelled.');
    }
    sliceEnd = performance.now() + SLICE_MS;
  }
}
