import { AppError } from '../base/errors.ts';
import { neighbourGraph, VectorIndex } from '../similarity/room.ts';
import type { KnnGraph } from './fuzzy-graph.ts';
import { projectPca } from './pca.ts';
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
  method: 'umap' | 'pca';
  neighbours: number;
  /** 0 to 1. */
  minDist: number;
  seed: number;
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
/** `fraction` is 0 to 1 over both stages. */
export type FitProgress = (stage: FitStage, fraction: number) => void;

/** Longest time without looking for messages. */
const SLICE_MS = 50;
/** About this part of the time goes into the kNN graph. */
const GRAPH_PART = 0.3;

/**
 * Fits a map.
 * @returns n × dims coordinates, always finite
 * @throws AppError `cancelled` after `signal`
 */
export async function fitMap(
  options: FitOptions,
  onProgress: FitProgress = () => {},
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { vectors, width, dims, method, minDist, seed } = options;
  const start = projectPca(vectors, width, dims, seed);
  if (method === 'pca') return start;
  const graph = await findGraph(options, onProgress, signal);
  const steps = fitUmap({ graph, dims, start, minDist, seed });
  return await runInSlices(
    steps,
    (fraction) => onProgress('layout', GRAPH_PART + (1 - GRAPH_PART) * fraction),
    signal,
  );
}

/**
 * Places new tracks into a map without moving it.
 * @returns coordinates of the new tracks only, n × dims
 */
export async function placeInMap(
  options: PlaceMapOptions,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { coordinates, dims, minDist, seed } = options;
  const graph = await findNeighboursOfAdded(options, signal);
  return placeNew({ existing: coordinates, dims, graph, minDist, seed });
}

async function findGraph(
  { vectors, width, neighbours, threads, wasm }: FitOptions,
  onProgress: FitProgress,
  signal?: AbortSignal,
): Promise<KnnGraph> {
  return await neighbourGraph(vectors, width, neighbours, {
    threads,
    wasm,
    onProgress: (fraction) => onProgress('neighbours', GRAPH_PART * fraction),
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

/** Runs a generator to its end and lets the event loop breathe in between. */
async function runInSlices(
  steps: Generator<number, Float32Array>,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<Float32Array> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < sliceEnd) continue;
    onProgress(step.value);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new AppError('cancelled', 'The map was cancelled.');
    sliceEnd = performance.now() + SLICE_MS;
  }
}
