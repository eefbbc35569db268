import type { EdgeList } from './fuzzy-graph.ts';
import { Random } from '../base/random.ts';

/** Undirected: every edge is listed at both of its ends. */
export interface WeightedGraph {
  /** n + 1 places where the edges of a node begin. */
  starts: Int32Array;
  tails: Int32Array;
  weights: Float32Array;
  /** Weight inside a node that stands for many, counted from both ends. */
  loops: Float64Array;
}

const MOST_SWEEPS = 20;
const MOST_TRIALS = 6;

/** @param edges grouped by head, both directions, as `fuzzyUnion` answers */
export function graphOfEdges(edges: EdgeList, n: number): WeightedGraph {
  const starts = new Int32Array(n + 1);
  for (const head of edges.heads) starts[head + 1]++;
  for (let i = 0; i < n; i++) starts[i + 1] += starts[i];
  return { starts, tails: edges.tails, weights: edges.weights, loops: new Float64Array(n) };
}

/**
 * Communities of a graph, about as many as wanted: Louvain (Blondel et al. 2008) with the resolution
 * (Reichardt & Bornholdt 2006) searched for.
 * @returns a label per node, from 0 without gaps
 */
export function findCommunities(graph: WeightedGraph, wanted: number, seed: number): Int32Array {
  let resolution = 1;
  let best: Int32Array | null = null;
  let bestError = Infinity;
  let low = 0;
  let high = Infinity;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const labels = louvain(graph, resolution, new Random(seed));
    const ratio = countLabels(labels) / wanted;
    if (Math.abs(Math.log(ratio)) < bestError) {
      best = labels;
      bestError = Math.abs(Math.log(ratio));
    }
    if (bestError < 0.15) break;
    if (ratio > 1) high = resolution;
    else low = resolution;
    const guess = resolution / Math.max(0.1, Math.min(10, ratio));
    resolution = guess > low && guess < high ? guess : (low + Math.min(high, 4 * low + 1)) / 2;
  }
  return best!;
}

export function countLabels(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), -1) + 1;
}

/** One node per label; edges between them are summed. */
export function aggregate(graph: WeightedGraph, labels: Int32Array): WeightedGraph {
  const count = countLabels(labels);
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  const loops = new Float64Array(count);
  for (let i = 0; i < labels.length; i++) {
    const own = labels[i];
    loops[own] += graph.loops[i];
    for (let e = graph.starts[i]; e < graph.starts[i + 1]; e++) {
      const other = labels[graph.tails[e]];
      if (other === own) loops[own] += graph.weights[e];
      else rows[own].set(other, (rows[own].get(other) ?? 0) + graph.weights[e]);
    }
  }
  const starts = new Int32Array(count + 1);
  rows.forEach((row, i) => (starts[i + 1] = starts[i] + row.size));
  return {
    starts,
    tails: Int32Array.from(rows.flatMap((row) => [...row.keys()])),
    weights: Float32Array.from(rows.flatMap((row) => [...row.values()])),
    loops,
  };
}

/** Joins every community below `smallest` nodes to the one it is tied to most; islands stay. */
export function joinSmall(graph: WeightedGraph, labels: Int32Array, smallest: number): Int32Array {
  const sizes = new Int32Array(countLabels(labels));
  for (const label of labels) sizes[label]++;
  const between = aggregate(graph, labels);
  const target = Int32Array.from(sizes, (_, label) => label);
  const bySize = Array.from(target).sort((a, b) => sizes[a] - sizes[b] || a - b);
  for (const label of bySize) {
    if (sizes[label] >= smallest) break;
    let best = -1;
    let bestWeight = 0;
    for (let e = between.starts[label]; e < between.starts[label + 1]; e++) {
      const other = rootOf(target, between.tails[e]);
      if (other === label || between.weights[e] <= bestWeight) continue;
      best = other;
      bestWeight = between.weights[e];
    }
    if (best < 0) continue;
    target[label] = best;
    sizes[best] += sizes[label];
  }
  return withoutGaps(labels.map((label) => rootOf(target, label)));
}

function rootOf(target: Int32Array, label: number): number {
  while (target[label] !== label) label = target[label];
  return label;
}

function louvain(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  let labels = Int32Array.from({ length: graph.loops.length }, (_, i) => i);
  for (let level = graph; ;) {
    const moved = moveNodes(level, resolution, random);
    const count = countLabels(moved);
    labels = labels.map((label) => moved[label]);
    if (count === level.loops.length) return labels;
    level = aggregate(level, moved);
  }
}

/** Moves single nodes to the community next door that raises the modularity most, until none does. */
function moveNodes(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  const { starts, tails, weights, loops } = graph;
  const n = loops.length;
  const degrees = loops.slice();
  for (let i = 0; i < n; i++)
    for (let e = starts[i]; e < starts[i + 1]; e++) degrees[i] += weights[e];
  const scale =
    resolution /
    Math.max(
      1e-300,
      degrees.reduce((sum, degree) => sum + degree, 0),
    );
  const labels = Int32Array.from({ length: n }, (_, i) => i);
  const totals = degrees.slice();
  const ties = new Float64Array(n);
  const order = shuffled(n, random);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moves = 0;
    for (const i of order) {
      const own = labels[i];
      totals[own] -= degrees[i];
      for (let e = starts[i]; e < starts[i + 1]; e++) ties[labels[tails[e]]] += weights[e];
      let best = own;
      let bestGain = ties[own] - scale * degrees[i] * totals[own];
      for (let e = starts[i]; e < starts[i + 1]; e++) {
        const label = labels[tails[e]];
        const gain = ties[label] - scale * degrees[i] * totals[label];
        if (gain > bestGain + 1e-12) {
          best = label;
          bestGain = gain;
        }
      }
      for (let e = starts[i]; e < starts[i + 1]; e++) ties[labels[tails[e]]] = 0;
      ties[own] = 0;
      totals[best] += degrees[i];
      labels[i] = best;
      moves += Number(best !== own);
    }
    if (moves < n * 1e-4 || moves === 0) break;
  }
  return withoutGaps(labels);
}

function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const other = Math.floor(random.next() * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

/** Labels 0, 1, 2 … in order of first use. */
function withoutGaps(labels: Int32Array): Int32Array {
  const names = new Map<number, number>();
  return labels.map((label) => {
    const known = names.get(label) ?? names.size;
    names.set(label, known);
    return known;
  });
}
