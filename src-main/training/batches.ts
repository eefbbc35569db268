import type { RandomNumbers } from './scope.ts';

/** Fisher and Yates. */
export function shuffled(rows: readonly number[], random: RandomNumbers): number[] {
  const order = [...rows];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Batches of exactly `size` rows; the last is filled up with rows of the first, over and over. */
export function batchesOf(rows: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, batch) =>
    Array.from({ length: size }, (_, i) => rows[(batch * size + i) % rows.length]),
  );
}

/** The given rows of a matrix, one after another. */
export function gatherRows(
  matrix: Float32Array,
  width: number,
  rows: readonly number[],
): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    gathered.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  });
  return gathered;
}
