import type { DimensionGroup } from './standardise.ts';

export interface Comparison {
  /** Cosine over all dimensions, -1 to 1. */
  overall: number;
  /** Cosine within each group, -1 to 1, in the order of the groups; 0 where one side has nothing there. */
  groups: number[];
}

/** Compares two standardised vectors of the same length. */
export function compareVectors(
  a: Float32Array,
  b: Float32Array,
  groups: readonly DimensionGroup[],
): Comparison {
  const all = Array.from(a, (_, d) => d);
  return {
    overall: cosine(a, b, all),
    groups: groups.map((group) => cosine(a, b, group)),
  };
}

function cosine(a: Float32Array, b: Float32Array, dims: DimensionGroup): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (const d of dims) {
    product += a[d] * b[d];
    squareA += a[d] * a[d];
    squareB += b[d] * b[d];
  }
  const length = Math.sqrt(squareA * squareB);
  return length > 0 ? Math.max(-1, Math.min(1, product / length)) : 0;
}
