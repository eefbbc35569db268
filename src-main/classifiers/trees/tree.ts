/**
 * A decision tree in lists, one entry per node, the root first; a leaf has -1 for its children. As plain
 * JSON it gives the same numbers when it is read again.
 */
export interface Tree {
  left: number[];
  right: number[];
  /** Dimension asked about. */
  feature: number[];
  /** Rows whose value is less go left. Exactly representable as float32. */
  threshold: number[];
  /** What a leaf adds to the margin; 0 elsewhere. */
  value: number[];
  /** Sum of second derivatives of the rows that came here while growing. */
  cover: number[];
}

export const isLeaf = (tree: Tree, node: number): boolean => tree.left[node] < 0;

/** The leaf that a row comes to. @param at where the row begins */
export function leafOf(tree: Tree, rows: Float32Array, at: number): number {
  let node = 0;
  while (!isLeaf(tree, node)) {
    const isLess = rows[at + tree.feature[node]] < tree.threshold[node];
    node = isLess ? tree.left[node] : tree.right[node];
  }
  return node;
}

/** A sum of trees. Two classes have one output, the margin of the second; more have one each. */
export interface Forest {
  classCount: number;
  /** Added to every margin. */
  base: number;
  /** Per round one tree for each output. */
  rounds: Tree[][];
}

export const outputCount = (classCount: number): number => (classCount === 2 ? 1 : classCount);

/** Log odds of the outputs for one row. */
export function marginsOf(forest: Forest, rows: Float32Array, at: number): Float64Array {
  const margins = new Float64Array(outputCount(forest.classCount)).fill(forest.base);
  for (const round of forest.rounds) {
    round.forEach((tree, output) => (margins[output] += tree.value[leafOf(tree, rows, at)]));
  }
  return margins;
}
