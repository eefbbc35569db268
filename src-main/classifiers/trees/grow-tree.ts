import type { Tree } from './tree.ts';

/** As XGBoost names them in its `reg_*` and tree parameters. */
export interface TreeParameters {
  maxDepth: number;
  /** Share of a leaf's weight that is added: eta, 0 to 1. */
  learningRate: number;
  /** Least sum of second derivatives in a child. */
  minChildWeight: number;
  /** A split must gain so much to stay. */
  gamma: number;
  /** L1 on leaf weights. */
  alpha: number;
  /** L2 on leaf weights. */
  lambda: number;
}

/** Rows as float32 and, for each dimension, the rows by falling value. */
export interface SortedRows {
  count: number;
  dims: number;
  rows: Float32Array;
  falling: Int32Array[];
}

export function sortRows(rows: Float32Array, dims: number): SortedRows {
  const count = rows.length / dims;
  const falling = Array.from({ length: dims }, (_, d) =>
    Int32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) => rows[b * dims + d] - rows[a * dims + d] || b - a,
    ),
  );
  return { count, dims, rows, falling };
}

interface Node {
  gradient: number;
  hessian: number;
  left: number;
  right: number;
  feature: number;
  threshold: number;
  gain: number;
}

interface Split {
  gain: number;
  feature: number;
  threshold: number;
}

/** A smaller gain is rounding. */
const LEAST_GAIN = 1e-6;
const f32 = Math.fround;

/**
 * Grows one tree by exact greedy search level by level and cuts back what gains less than gamma, as
 * XGBoost's `exact` method does (Chen & Guestrin 2016, algorithm 1).
 * @param gradients, hessians one each per row
 * @param isIn rows that were drawn
 * @param features dimensions that were drawn, rising
 */
export function growTree(
  sorted: SortedRows,
  gradients: Float64Array,
  hessians: Float64Array,
  isIn: Uint8Array,
  features: number[],
  parameters: TreeParameters,
): Tree {
  const nodeOf = Int32Array.from(isIn, (drawn) => (drawn ? 0 : -1));
  const nodes = [leafNode()];
  sumUp(nodes, 0, nodeOf, gradients, hessians);
  let level = [0];
  for (let depth = 0; depth < parameters.maxDepth && level.length > 0; depth++) {
    const splits = findSplits(
      sorted,
      gradients,
      hessians,
      nodeOf,
      nodes,
      level,
      features,
      parameters,
    );
    const first = nodes.length;
    level.forEach((at, i) => {
      if (splits[i].gain <= LEAST_GAIN) return;
      Object.assign(nodes[at], splits[i], { left: nodes.length, right: nodes.length + 1 });
      nodes.push(leafNode(), leafNode());
    });
    for (let row = 0; row < sorted.count; row++) {
      const node = nodeOf[row] < 0 ? null : nodes[nodeOf[row]];
      if (!node || node.left < 0) continue;
      const isLess = sorted.rows[row * sorted.dims + node.feature] < node.threshold;
      nodeOf[row] = isLess ? node.left : node.right;
    }
    sumUp(nodes, first, nodeOf, gradients, hessians);
    level = Array.from({ length: nodes.length - first }, (_, i) => first + i);
  }
  prune(nodes, 0, parameters.gamma);
  return toTree(nodes, parameters);
}

const leafNode = (): Node => ({
  gradient: 0,
  hessian: 0,
  left: -1,
  right: -1,
  feature: 0,
  threshold: 0,
  gain: 0,
});

/** Sums of the rows of the nodes from `first` on. */
function sumUp(
  nodes: Node[],
  first: number,
  nodeOf: Int32Array,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let row = 0; row < nodeOf.length; row++) {
    if (nodeOf[row] < first) continue;
    nodes[nodeOf[row]].gradient += gradients[row];
    nodes[nodeOf[row]].hessian += hessians[row];
  }
}

/** The best split of every node of a level; among equals the one of the first dimension. */
function findSplits(
  sorted: SortedRows,
  gradients: Float64Array,
  hessians: Float64Array,
  nodeOf: Int32Array,
  nodes: Node[],
  level: number[],
  features: number[],
  parameters: TreeParameters,
): Split[] {
  const { minChildWeight } = parameters;
  const first = level[0];
  const width = level.length;
  const best: Split[] = level.map(() => ({ gain: 0, feature: 0, threshold: 0 }));
  const rootGains = level.map((at) => gainOf(nodes[at].gradient, nodes[at].hessian, parameters));
  const [gradient, hessian] = [new Float64Array(width), new Float64Array(width)];
  const last = new Float64Array(width);
  for (const feature of features) {
    gradient.fill(0);
    hessian.fill(0);
    last.fill(NaN);
    const falling = sorted.falling[feature];
    for (let i = 0; i < falling.length; i++) {
      const row = falling[i];
      const n = nodeOf[row] - first;
      if (n < 0) continue;
      const value = sorted.rows[row * sorted.dims + feature];
      const node = nodes[first + n];
      const restHessian = node.hessian - hessian[n];
      if (value !== last[n] && hessian[n] >= minChildWeight && restHessian >= minChildWeight) {
        const left = gainOf(node.gradient - gradient[n], restHessian, parameters);
        const right = gainOf(gradient[n], hessian[n], parameters);
        const gain = f32(f32(left + right) - rootGains[n]);
        if (gain > best[n].gain) {
          const middle = f32(f32(value + last[n]) * 0.5);
          best[n] = { gain, feature, threshold: middle === value ? last[n] : middle };
        }
      }
      gradient[n] += gradients[row];
      hessian[n] += hessians[row];
      last[n] = value;
    }
  }
  return best;
}

/** The gradient, nearer to nought by alpha. */
function softened(gradient: number, alpha: number): number {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}

const gainOf = (gradient: number, hessian: number, { alpha, lambda }: TreeParameters): number =>
  hessian <= 0 ? 0 : f32(softened(gradient, alpha) ** 2 / (hessian + lambda));

/** Bottom up: a node whose children are both leaves becomes one where its split gained too little. */
function prune(nodes: Node[], at: number, gamma: number): void {
  const node = nodes[at];
  if (node.left < 0) return;
  prune(nodes, node.left, gamma);
  prune(nodes, node.right, gamma);
  const isLast = nodes[node.left].left < 0 && nodes[node.right].left < 0;
  if (isLast && node.gain < gamma) node.left = node.right = -1;
}

/** Without the nodes that were cut away. */
function toTree(nodes: Node[], { alpha, lambda, learningRate }: TreeParameters): Tree {
  const tree: Tree = { left: [], right: [], feature: [], threshold: [], value: [], cover: [] };
  const add = (at: number): number => {
    const { left, right, feature, threshold, gradient, hessian } = nodes[at];
    const place = tree.left.push(-1) - 1;
    tree.right.push(-1);
    tree.feature.push(left < 0 ? 0 : feature);
    tree.threshold.push(left < 0 ? 0 : threshold);
    tree.cover.push(hessian);
    const weight = hessian <= 0 ? 0 : -softened(gradient, alpha) / (hessian + lambda);
    tree.value.push(left < 0 ? f32(f32(weight) * f32(learningRate)) : 0);
    if (left >= 0) {
      tree.left[place] = add(left);
      tree.right[place] = add(right);
    }
    return place;
  };
  add(0);
  return tree;
}
