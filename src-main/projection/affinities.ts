import type { KnnGraph } from './fuzzy-graph.ts';

/** Symmetric sparse probabilities, row by row; they sum to 1. */
export interface Affinities {
  /** n + 1 places where rows begin. */
  starts: Int32Array;
  tails: Int32Array;
  weights: Float32Array;
}

const SEARCH_STEPS = 100;
const TOLERANCE = 1e-5;

/**
 * The affinities of t-SNE (van der Maaten & Hinton 2008) over the nearest neighbours: every row's
 * Gaussian is as wide as gives it the perplexity, and both directions are averaged. With fewer neighbours than
 * three times the perplexity it is lowered: else every track of a small library would feel all others alike.
 */
export function affinitiesOf(graph: KnnGraph, perplexity: number): Affinities {
  const { k, indices } = graph;
  const n = k === 0 ? 0 : indices.length / k;
  const conditional = conditionalProbabilities(graph, Math.min(perplexity, Math.max(2, k / 3)));
  const incoming = transpose(graph, conditional, n);
  const starts = new Int32Array(n + 1);
  const tails = new Int32Array(2 * n * k);
  const weights = new Float32Array(2 * n * k);
  const seenBy = new Int32Array(n).fill(-1);
  const slot = new Int32Array(n);
  let edges = 0;
  for (let i = 0; i < n; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      seenBy[indices[e]] = i;
      slot[indices[e]] = edges;
      tails[edges] = indices[e];
      weights[edges++] = conditional[e] / (2 * n);
    }
    for (let p = incoming.starts[i]; p < incoming.starts[i + 1]; p++) {
      const j = incoming.tails[p];
      if (seenBy[j] === i) {
        weights[slot[j]] += incoming.weights[p] / (2 * n);
      } else {
        tails[edges] = j;
        weights[edges++] = incoming.weights[p] / (2 * n);
      }
    }
    starts[i + 1] = edges;
  }
  return { starts, tails: tails.subarray(0, edges), weights: weights.subarray(0, edges) };
}

/** Per row the probabilities of its neighbours, which sum to 1. */
function conditionalProbabilities({ k, distances }: KnnGraph, perplexity: number): Float32Array {
  const result = new Float32Array(distances.length);
  const target = Math.log(perplexity);
  for (let row = 0; row < distances.length; row += k) {
    const squares = Float64Array.from(distances.subarray(row, row + k), (d) => d * d);
    const nearest = squares[0];
    let low = 0;
    let high = Infinity;
    let precision = 1 / Math.max(1e-12, squares[k >> 1] - nearest);
    let sum = 1;
    for (let step = 0; step < SEARCH_STEPS; step++) {
      let moment = 0;
      sum = 0;
      for (let j = 0; j < k; j++) {
        const excess = squares[j] - nearest;
        const value = Math.exp(-precision * excess);
        result[row + j] = value;
        sum += value;
        moment += value * excess;
      }
      const entropy = Math.log(sum) + (precision * moment) / sum;
      if (Math.abs(entropy - target) < TOLERANCE) break;
      if (entropy > target) low = precision;
      else high = precision;
      precision = high === Infinity ? precision * 2 : (low + high) / 2;
      if (precision > 1e30) break;
    }
    for (let j = 0; j < k; j++) result[row + j] /= sum;
  }
  return result;
}

function transpose({ k, indices }: KnnGraph, values: Float32Array, n: number): Affinities {
  const starts = new Int32Array(n + 1);
  for (const tail of indices) starts[tail + 1]++;
  for (let i = 0; i < n; i++) starts[i + 1] += starts[i];
  const cursor = starts.slice();
  const tails = new Int32Array(indices.length);
  const weights = new Float32Array(indices.length);
  for (let e = 0; e < indices.length; e++) {
    const at = cursor[indices[e]]++;
    tails[at] = Math.floor(e / k);
    weights[at] = values[e];
  }
  return { starts, tails, weights };
}
