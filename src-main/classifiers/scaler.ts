/** Takes every dimension to mean 0 and deviation 1, as it was learned on some rows. */
export interface Scaler {
  mean: number[];
  /** What is multiplied by; 0 where the dimension does not vary. */
  scale: number[];
}

/** A dimension that varies less than this part of its mean is constant. */
const LEAST_VARIATION = 1e-6;

/** @param items the rows learned from */
export function fitScaler(rows: Float32Array, dims: number, items: readonly number[]): Scaler {
  const mean = new Array<number>(dims).fill(0);
  const squares = new Array<number>(dims).fill(0);
  const count = Math.max(1, items.length);
  for (const item of items) for (let d = 0; d < dims; d++) mean[d] += rows[item * dims + d] / count;
  for (const item of items) {
    for (let d = 0; d < dims; d++) squares[d] += (rows[item * dims + d] - mean[d]) ** 2 / count;
  }
  const scale = squares.map((square, d) => {
    const deviation = Math.sqrt(square);
    const isConstant = deviation <= LEAST_VARIATION * Math.max(1, Math.abs(mean[d]));
    return isConstant ? 0 : 1 / deviation;
  });
  return { mean, scale };
}

/** All rows; values that are no numbers count as the mean. */
export function scaleRows({ mean, scale }: Scaler, rows: Float32Array): Float32Array {
  const dims = mean.length;
  return rows.map((value, i) => {
    const d = i % dims;
    return Number.isFinite(value) ? (value - mean[d]) * scale[d] : 0;
  });
}
