import { isLeaf } from './tree.ts';
import type { Forest, Tree } from './tree.ts';

/**
 * What is known of one dimension while the contributions are worked out: left open as usual, held at the
 * row's value, or as if it were unknown.
 */
interface Condition {
  feature: number;
  isKnown: boolean;
}

/**
 * Exact SHAP values of a row by the path-dependent TreeSHAP (Lundberg et al. 2018, algorithm 2).
 * @returns per output dims + 1 numbers: the parts of the dimensions and last the expected margin; their sum
 *   is the margin of the row
 */
export function contributionsOf(
  forest: Forest,
  rows: Float32Array,
  at: number,
  dims: number,
): Float64Array[] {
  return explain(forest, rows, at, dims, null);
}

/**
 * How one dimension works together with each other one: the SHAP interaction values of its row, per output
 * dims numbers; its own entry is 0.
 */
export function interactionsOf(
  forest: Forest,
  rows: Float32Array,
  at: number,
  dims: number,
  feature: number,
): Float64Array[] {
  const known = explain(forest, rows, at, dims, { feature, isKnown: true });
  const unknown = explain(forest, rows, at, dims, { feature, isKnown: false });
  return known.map((row, output) => {
    const half = row.subarray(0, dims).map((value, d) => (value - unknown[output][d]) / 2);
    half[feature] = 0;
    return half;
  });
}

function explain(
  forest: Forest,
  rows: Float32Array,
  at: number,
  dims: number,
  condition: Condition | null,
): Float64Array[] {
  const outputs = forest.rounds[0]?.length ?? (forest.classCount === 2 ? 1 : forest.classCount);
  const result = Array.from({ length: outputs }, () => new Float64Array(dims + 1));
  for (const round of forest.rounds) {
    round.forEach((tree, output) => {
      if (!condition) result[output][dims] += expectedValue(tree, 0);
      new TreeWalk(tree, rows, at, result[output], condition).run();
    });
  }
  for (const row of result) if (!condition) row[dims] += forest.base;
  return result;
}

/** Mean of the leaves below a node, weighted by their covers. */
function expectedValue(tree: Tree, node: number): number {
  if (isLeaf(tree, node)) return tree.value[node];
  const [left, right] = [tree.left[node], tree.right[node]];
  const leftShare = shareOf(tree, left, right);
  return leftShare * expectedValue(tree, left) + (1 - leftShare) * expectedValue(tree, right);
}

/** Of the rows at the parent, the share that came to one child; what stands at the parent is rounded otherwise. */
function shareOf(tree: Tree, child: number, other: number): number {
  const sum = tree.cover[child] + tree.cover[other];
  return sum > 0 ? tree.cover[child] / sum : 0.5;
}

/** A step of the way from the root: which dimension, and the shares that come along without and with it. */
interface Step {
  feature: number;
  zero: number;
  one: number;
  weight: number;
}

class TreeWalk {
  readonly #tree: Tree;
  readonly #rows: Float32Array;
  readonly #at: number;
  readonly #parts: Float64Array;
  readonly #condition: Condition | null;

  constructor(
    tree: Tree,
    rows: Float32Array,
    at: number,
    parts: Float64Array,
    condition: Condition | null,
  ) {
    this.#tree = tree;
    this.#rows = rows;
    this.#at = at;
    this.#parts = parts;
    this.#condition = condition;
  }

  run(): void {
    this.#visit(0, [], 1, 1, -1, 1);
  }

  /** @param share of the rows that come here as far as the condition decides */
  #visit(node: number, before: Step[], zero: number, one: number, by: number, share: number): void {
    if (share === 0) return;
    const isHeld = this.#condition !== null && by === this.#condition.feature;
    const path = isHeld ? before.map((step) => ({ ...step })) : extend(before, zero, one, by);
    const tree = this.#tree;
    if (isLeaf(tree, node)) {
      for (let i = 1; i < path.length; i++) {
        const { feature, one: with_, zero: without } = path[i];
        this.#parts[feature] += unwoundSum(path, i) * (with_ - without) * share * tree.value[node];
      }
      return;
    }
    const feature = tree.feature[node];
    const isLess = this.#rows[this.#at + feature] < tree.threshold[node];
    const hot = isLess ? tree.left[node] : tree.right[node];
    const cold = isLess ? tree.right[node] : tree.left[node];
    const hotShare = shareOf(tree, hot, cold);
    const coldShare = 1 - hotShare;
    let [hotRest, coldRest] = [share, share];
    if (this.#condition?.feature === feature) {
      if (this.#condition.isKnown) coldRest = 0;
      else [hotRest, coldRest] = [share * hotShare, share * coldShare];
    }
    const again = path.findIndex((step) => step.feature === feature);
    const known = again > 0 ? path[again] : { zero: 1, one: 1 };
    const shorter = again > 0 ? unwind(path, again) : path;
    this.#visit(hot, shorter, hotShare * known.zero, known.one, feature, hotRest);
    this.#visit(cold, shorter, coldShare * known.zero, 0, feature, coldRest);
  }
}

/** The path one step longer; `weight` at i counts the subsets of i dimensions. */
function extend(path: Step[], zero: number, one: number, feature: number): Step[] {
  const depth = path.length;
  const result = path.map((step) => ({ ...step }));
  result.push({ feature, zero, one, weight: depth === 0 ? 1 : 0 });
  for (let i = depth - 1; i >= 0; i--) {
    result[i + 1].weight += (one * result[i].weight * (i + 1)) / (depth + 1);
    result[i].weight = (zero * result[i].weight * (depth - i)) / (depth + 1);
  }
  return result;
}

/** The path without its step `index`. */
function unwind(path: Step[], index: number): Step[] {
  const depth = path.length - 1;
  const { one, zero } = path[index];
  const result = path.map((step) => ({ ...step }));
  let next = result[depth].weight;
  for (let i = depth - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = result[i].weight;
      result[i].weight = (next * (depth + 1)) / ((i + 1) * one);
      next = weight - (result[i].weight * zero * (depth - i)) / (depth + 1);
    } else {
      result[i].weight = (result[i].weight * (depth + 1)) / (zero * (depth - i));
    }
  }
  for (let i = index; i < depth; i++) {
    const { feature, zero: nextZero, one: nextOne } = result[i + 1];
    Object.assign(result[i], { feature, zero: nextZero, one: nextOne });
  }
  result.length = depth;
  return result;
}

/** Sum of the weights of the path without its step `index`. */
function unwoundSum(path: Step[], index: number): number {
  const depth = path.length - 1;
  const { one, zero } = path[index];
  let next = path[depth].weight;
  let total = 0;
  for (let i = depth - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = (next * (depth + 1)) / ((i + 1) * one);
      total += weight;
      next = path[i].weight - (weight * zero * (depth - i)) / (depth + 1);
    } else if (zero !== 0) {
      total += path[i].weight / ((zero * (depth - i)) / (depth + 1));
    }
  }
  return total;
}
