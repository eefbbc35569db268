import { fitCurve } from './curve.ts';
import { fuzzyUnion, membershipStrengths } from './fuzzy-graph.ts';
import type { EdgeList, KnnGraph } from './fuzzy-graph.ts';
import { layOut } from './layout.ts';
import { Random } from '../base/random.ts';

export interface UmapOptions {
  graph: KnnGraph;
  dims: 2 | 3;
  /** n × dims start, such as PCA scores or an earlier map; it is scaled, not changed. */
  start: Float32Array;
  /** 0 to 1: how tightly points may lie. */
  minDist: number;
  seed: number;
  /** Defaults to 500 up to 10,000 points and 200 above, as umap-learn. */
  epochs?: number;
}

export interface PlaceOptions {
  /** Coordinates of the existing map, m × dims; never changed. */
  existing: Float32Array;
  dims: 2 | 3;
  /** Per new point its k nearest rows of the existing map, nearest first. */
  graph: KnnGraph;
  minDist: number;
  seed: number;
}

/** Extent of the start along its widest axis, and the spread of its noise, as umap-learn. */
const START_RADIUS = 10;
const START_NOISE = 1e-3;
/** A third of the epochs of a large fit is enough where everything else stands still. */
const PLACE_EPOCHS = 67;
const PLACE_RATE = 0.25;

/**
 * UMAP over a given kNN graph. Yields the fraction done, 0 to 1, and the points as they are
 * after every epoch, and returns the n × dims coordinates. The same input and seed give the same map bit for bit.
 */
export function* fitUmap(
  options: UmapOptions,
): Generator<{ fraction: number; points: Float32Array }, Float32Array> {
  const { graph, dims, minDist, seed } = options;
  const points = scaledStart(options.start, seed);
  const n = points.length / dims;
  if (n < 2 || graph.k === 0) return points;
  const edges = fuzzyUnion(graph, membershipStrengths(graph));
  const epochs = options.epochs ?? (n <= 10_000 ? 500 : 200);
  const curve = fitCurve(minDist);
  for (const epoch of layOut({ points, dims, edges, curve, epochs, seed })) {
    yield { fraction: epoch / epochs, points };
  }
  return points;
}

/**
 * Places new points into an existing map by their neighbours there; the map stands still.
 * @returns coordinates of the new points only
 */
export function placeNew({ existing, dims, graph, minDist, seed }: PlaceOptions): Float32Array {
  const old = existing.length / dims;
  const added = graph.k === 0 ? 0 : graph.indices.length / graph.k;
  if (added === 0 || old === 0) return new Float32Array(added * dims);
  const strengths = membershipStrengths(graph);
  const points = new Float32Array((old + added) * dims);
  points.set(existing);
  points.set(weightedMeans(existing, dims, graph, strengths), old * dims);
  const edges = edgesToExisting(graph, strengths, old);
  const curve = fitCurve(minDist);
  const options = { points, dims, edges, curve, epochs: PLACE_EPOCHS, seed, frozen: old };
  const epochs = layOut({ ...options, learningRate: PLACE_RATE });
  while (!epochs.next().done);
  return points.slice(old * dims);
}

function scaledStart(start: Float32Array, seed: number): Float32Array {
  const random = new Random(seed);
  let widest = 0;
  for (const value of start) widest = Math.max(widest, Math.abs(value));
  const factor = widest > 0 ? START_RADIUS / widest : 0;
  return start.map((value) => value * factor + (random.next() - 0.5) * START_NOISE);
}

function weightedMeans(
  existing: Float32Array,
  dims: number,
  { k, indices }: KnnGraph,
  strengths: Float32Array,
): Float32Array {
  const added = indices.length / k;
  const means = new Float32Array(added * dims);
  for (let i = 0; i < added; i++) {
    let total = 0;
    for (let e = i * k; e < (i + 1) * k; e++) total += strengths[e];
    for (let e = i * k; e < (i + 1) * k; e++) {
      for (let d = 0; d < dims; d++) {
        means[i * dims + d] += (strengths[e] / total) * existing[indices[e] * dims + d];
      }
    }
  }
  return means;
}

function edgesToExisting({ k, indices }: KnnGraph, strengths: Float32Array, old: number): EdgeList {
  const heads = Int32Array.from(indices, (_, e) => old + Math.floor(e / k));
  return { heads, tails: indices, weights: strengths };
}
