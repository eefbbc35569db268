import { AppError } from '../base/errors.ts';
import type { KnnGraph } from './fuzzy-graph.ts';
import { projectPca } from './pca.ts';
import { fitUmap } from './umap.ts';

export interface FitOptions {
  /** n × d, rows of length one. */
  vectors: Float32Array;
  /** Width of `vectors`. */
  width: number;
  /** kNN graph of the rows, itself excluded. */
  graph: KnnGraph;
  dims: 2 | 3;
  method: 'umap' | 'pca';
  minDist: number;
  seed: number;
}

/** Longest time without looking for messages. */
const SLICE_MS = 50;

/**
 * Fits a map.
 * @param onProgress gets 0 to 1
 * @returns n × dims coordinates, always finite
 * @throws AppError `cancelled` after `signal`
 */
export async function fitMap(
  options: FitOptions,
  onProgress: (fraction: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { vectors, width, graph, dims, method, minDist, seed } = options;
  const start = projectPca(vectors, width, dims, seed);
  if (method === 'pca') return start;
  const steps = fitUmap({ graph, dims, start, minDist, seed });
  return await runInSlices(steps, onProgress, signal);
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
