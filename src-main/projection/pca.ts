import { Random } from '../base/random.ts';

/** Rows looked at to find the axes: enough for a start, and it bounds the time. */
const SAMPLE_ROWS = 4000;
const ITERATIONS = 15;
/** Extra axes carried along; they make the wanted ones converge faster. */
const OVERSAMPLING = 3;

/**
 * The first `axes` principal components by subspace iteration (Halko, Martinsson & Tropp 2011).
 * Signs are fixed so that every axis has its largest part positive.
 * @param vectors n × d
 * @param sampleRows the axes are found from so many rows, evenly spread
 * @returns n × axes scores of the centred rows; zeros where the data has fewer dimensions
 */
export function projectPca(
  vectors: Float32Array,
  dims: number,
  axes: number,
  seed: number,
  sampleRows = SAMPLE_ROWS,
): Float32Array {
  const n = dims === 0 ? 0 : vectors.length / dims;
  const scores = new Float32Array(n * axes);
  if (n === 0) return scores;
  const rows = spreadRows(n, sampleRows);
  const mean = meanOf(vectors, dims, rows);
  const basis = principalAxes(vectors, dims, rows, mean, axes, seed);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < axes; c++) {
      scores[i * axes + c] = centredDot(vectors, i * dims, mean, basis[c]);
    }
  }
  return scores;
}

function spreadRows(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
}

function meanOf(vectors: Float32Array, dims: number, rows: number[]): Float64Array {
  const mean = new Float64Array(dims);
  for (const row of rows) for (let d = 0; d < dims; d++) mean[d] += vectors[row * dims + d];
  return mean.map((sum) => sum / rows.length);
}

function principalAxes(
  vectors: Float32Array,
  dims: number,
  rows: number[],
  mean: Float64Array,
  axes: number,
  seed: number,
): Float64Array[] {
  const random = new Random(seed);
  let basis = Array.from({ length: axes + OVERSAMPLING }, () =>
    Float64Array.from({ length: dims }, () => random.next() - 0.5),
  );
  orthonormalise(basis);
  for (let step = 0; step < ITERATIONS; step++) {
    const next = basis.map(() => new Float64Array(dims));
    for (const row of rows) {
      const at = row * dims;
      basis.forEach((axis, c) => {
        const score = centredDot(vectors, at, mean, axis);
        const sum = next[c];
        for (let d = 0; d < dims; d++) sum[d] += score * (vectors[at + d] - mean[d]);
      });
    }
    orthonormalise(next);
    basis = next;
  }
  return basis.slice(0, axes).map(withPositivePeak);
}

function centredDot(
  vectors: Float32Array,
  at: number,
  mean: Float64Array,
  axis: Float64Array,
): number {
  let sum = 0;
  for (let d = 0; d < axis.length; d++) sum += (vectors[at + d] - mean[d]) * axis[d];
  return sum;
}

/** Gram-Schmidt in place; an axis that depends on the ones before becomes zero. */
function orthonormalise(axes: Float64Array[]): void {
  axes.forEach((axis, i) => {
    const before = norm(axis);
    for (const other of axes.slice(0, i)) {
      let part = 0;
      for (let d = 0; d < axis.length; d++) part += axis[d] * other[d];
      for (let d = 0; d < axis.length; d++) axis[d] -= part * other[d];
    }
    const length = norm(axis);
    const factor = length > 1e-10 * before && length > 1e-30 ? 1 / length : 0;
    for (let d = 0; d < axis.length; d++) axis[d] *= factor;
  });
}

function norm(axis: Float64Array): number {
  let sum = 0;
  for (const value of axis) sum += value * value;
  return Math.sqrt(sum);
}

function withPositivePeak(axis: Float64Array): Float64Array {
  let peak = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(peak)) peak = value;
  return peak < 0 ? axis.map((value) => -value) : axis;
}
