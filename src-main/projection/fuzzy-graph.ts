/** Row i of `indices` and `distances` holds the k nearest rows of i without i itself, nearest first. */
export interface KnnGraph {
  k: number;
  indices: Int32Array;
  distances: Float32Array;
}

/** Edges in both directions, grouped by head; weights are 0 to 1. */
export interface EdgeList {
  heads: Int32Array;
  tails: Int32Array;
  weights: Float32Array;
}

const SEARCH_STEPS = 64;
const TOLERANCE = 1e-5;
const MIN_BANDWIDTH = 1e-3;

/**
 * Membership strengths of UMAP (McInnes, Healy & Melville 2018, algorithms 2 and 3): every point's
 * distances are scaled so that its strengths sum to log2(k + 1), the point itself counting among
 * its neighbours as in umap-learn.
 * @returns one strength per entry of the graph
 */
export function membershipStrengths(graph: KnnGraph): Float32Array {
  const { k, distances } = graph;
  const strengths = new Float32Array(distances.length);
  let total = 0;
  for (const distance of distances) total += distance;
  const meanOfAll = total / Math.max(1, distances.length);
  for (let row = 0; row < distances.length; row += k) {
    const own = distances.subarray(row, row + k);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const floor = MIN_BANDWIDTH * (nearest > 0 ? mean(own) : meanOfAll);
    const bandwidth = Math.max(searchBandwidth(own, nearest), floor);
    for (let j = 0; j < k; j++) strengths[row + j] = strength(own[j] - nearest, bandwidth);
  }
  return strengths;
}

/** Joins the strengths of both directions of every edge: p + q - p × q. */
export function fuzzyUnion(graph: KnnGraph, strengths: Float32Array): EdgeList {
  const { k, indices } = graph;
  const n = k === 0 ? 0 : indices.length / k;
  const incoming = transpose(graph, strengths, n);
  const heads = new Int32Array(2 * n * k);
  const tails = new Int32Array(2 * n * k);
  const weights = new Float32Array(2 * n * k);
  const seenBy = new Int32Array(n).fill(-1);
  const slot = new Int32Array(n);
  let edges = 0;
  const add = (head: number, tail: number, weight: number): void => {
    heads[edges] = head;
    tails[edges] = tail;
    weights[edges++] = weight;
  };
  for (let i = 0; i < n; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      seenBy[indices[e]] = i;
      slot[indices[e]] = edges;
      add(i, indices[e], strengths[e]);
    }
    for (let p = incoming.start[i]; p < incoming.start[i + 1]; p++) {
      const j = incoming.from[p];
      const q = incoming.strengths[p];
      if (seenBy[j] === i) weights[slot[j]] += q - weights[slot[j]] * q;
      else add(i, j, q);
    }
  }
  return {
    heads: heads.subarray(0, edges),
    tails: tails.subarray(0, edges),
    weights: weights.subarray(0, edges),
  };
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function strength(beyond: number, bandwidth: number): number {
  return beyond <= 0 || bandwidth <= 0 ? 1 : Math.exp(-beyond / bandwidth);
}

function searchBandwidth(distances: Float32Array, nearest: number): number {
  const target = Math.log2(distances.length + 1);
  let low = 0;
  let high = Infinity;
  let middle = 1;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    let sum = 0;
    for (const distance of distances) sum += strength(distance - nearest, middle);
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = middle;
    else low = middle;
    middle = high === Infinity ? middle * 2 : (low + high) / 2;
  }
  return middle;
}

function transpose(
  { k, indices }: KnnGraph,
  strengths: Float32Array,
  n: number,
): { start: Int32Array; from: Int32Array; strengths: Float32Array } {
  const start = new Int32Array(n + 1);
  for (const tail of indices) start[tail + 1]++;
  for (let i = 0; i < n; i++) start[i + 1] += start[i];
  const cursor = start.slice();
  const from = new Int32Array(indices.length);
  const sorted = new Float32Array(indices.length);
  for (let e = 0; e < indices.length; e++) {
    const at = cursor[indices[e]]++;
    from[at] = Math.floor(e / k);
    sorted[at] = strengths[e];
  }
  return { start, from, strengths: sorted };
}
