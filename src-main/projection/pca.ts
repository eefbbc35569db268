import { Random } from '../base/random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Rows looked at to find the axes: enough for a start, and it bounds the time. */
const SAMPLE_ROWS = 4000;
const ITERATIONS = 15;
/** Extra axes carried along; they make the wanted ones converge faster. */
const OVERSAMPLING = 3;
/** Where precision is asked for. */
const MOST_ITERATIONS = 100;
const PRECISE_OVERSAMPLING = 10;
/** The axes stand still where their lengths change less than this part. */
const STANDSTILL = 1e-9;
/** The space that so few rows span is small enough to be looked at as a whole. */
const FEW_ROWS = 200;

/** Principal components, found on some rows and good for any. */
export interface Pca {
  mean: Float64Array;
  /** Of length one, the one along which the rows vary most first; zeros where there are fewer dimensions. */
  axes: Float64Array[];
  /** Variance along each axis, with n - 1. */
  variances: Float64Array;
  /** Variance of all dimensions together. */
  totalVariance: number;
}

export interface PcaOptions {
  /** The axes are found from so many rows, evenly spread. */
  sampleRows?: number;
  /** Goes on until the axes stand still, not only until they serve as a start. */
  isPrecise?: boolean;
}

/**
 * The first `axes` principal components by subspace iteration (Halko, Martinsson & Tropp 2011).
 * Signs are fixed so that every axis has its largest part positive.
 * @param vectors n × d, at least one row
 */
export function fitPca(
  vectors: Float32Array,
  dims: number,
  axes: number,
  seed: number,
  { sampleRows = SAMPLE_ROWS, isPrecise = false }: PcaOptions = {},
): Pca {
  const rows = spreadRows(vectors.length / dims, sampleRows);
  const mean = meanOf(vectors, dims, rows);
  const basis = !isPrecise
    ? principalAxes(vectors, dims, rows, mean, axes, seed, ITERATIONS, OVERSAMPLING)
    : rows.length <= FEW_ROWS
      ? spanOf(vectors, dims, rows, mean)
      : principalAxes(vectors, dims, rows, mean, axes, seed, MOST_ITERATIONS, PRECISE_OVERSAMPLING);
  const { scatter, total } = scatterIn(basis, vectors, dims, rows, mean);
  const { values, vectors: turns } = symmetricEigen(scatter);
  const degrees = Math.max(1, rows.length - 1);
  return {
    mean,
    axes: turns.slice(0, axes).map((turn) => withPositivePeak(combine(turn, basis, dims))),
    variances: values.slice(0, axes).map((value) => Math.max(0, value) / degrees),
    totalVariance: total / degrees,
  };
}

/** @returns n × axes scores of the centred rows */
export function applyPca(
  { mean, axes }: Pick<Pca, 'mean' | 'axes'>,
  vectors: Float32Array,
): Float32Array {
  const dims = mean.length;
  const n = dims === 0 ? 0 : vectors.length / dims;
  const scores = new Float32Array(n * axes.length);
  for (let i = 0; i < n; i++) {
    axes.forEach((axis, c) => {
      scores[i * axes.length + c] = centredDot(vectors, i * dims, mean, axis);
    });
  }
  return scores;
}

/**
 * The first `axes` principal components of the rows themselves.
 * @returns n × axes scores of the centred rows; zeros where the data has fewer dimensions
 */
export function projectPca(
  vectors: Float32Array,
  dims: number,
  axes: number,
  seed: number,
  sampleRows = SAMPLE_ROWS,
): Float32Array {
  if (dims === 0 || vectors.length === 0) return new Float32Array(0);
  return applyPca(fitPca(vectors, dims, axes, seed, { sampleRows }), vectors);
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

/** So many axes and some more, of length one and at right angles. */
function principalAxes(
  vectors: Float32Array,
  dims: number,
  rows: number[],
  mean: Float64Array,
  axes: number,
  seed: number,
  iterations: number,
  oversampling: number,
): Float64Array[] {
  const random = new Random(seed);
  let basis = Array.from({ length: axes + oversampling }, () =>
    Float64Array.from({ length: dims }, () => random.next() - 0.5),
  );
  orthonormalise(basis);
  let reach = 0;
  for (let step = 0; step < iterations; step++) {
    const next = basis.map(() => new Float64Array(dims));
    for (const row of rows) {
      const at = row * dims;
      basis.forEach((axis, c) => {
        const score = centredDot(vectors, at, mean, axis);
        const sum = next[c];
        for (let d = 0; d < dims; d++) sum[d] += score * (vectors[at + d] - mean[d]);
      });
    }
    const lengths = orthonormalise(next).slice(0, axes);
    basis = next;
    const before = reach;
    reach = lengths.reduce((sum, length) => sum + length, 0);
    if (Math.abs(reach - before) <= STANDSTILL * reach) break;
  }
  return basis;
}

/** Axes of length one and at right angles that all rows lie in. */
function spanOf(
  vectors: Float32Array,
  dims: number,
  rows: number[],
  mean: Float64Array,
): Float64Array[] {
  const basis = rows.map((row) =>
    Float64Array.from({ length: dims }, (_, d) => vectors[row * dims + d] - mean[d]),
  );
  orthonormalise(basis);
  return basis.slice(0, dims);
}

/** The scatter of the rows as the basis sees it, and the whole of it. */
function scatterIn(
  basis: Float64Array[],
  vectors: Float32Array,
  dims: number,
  rows: number[],
  mean: Float64Array,
): { scatter: Float64Array[]; total: number } {
  const scatter = basis.map(() => new Float64Array(basis.length));
  let total = 0;
  for (const row of rows) {
    const at = row * dims;
    for (let d = 0; d < dims; d++) total += (vectors[at + d] - mean[d]) ** 2;
    const scores = basis.map((axis) => centredDot(vectors, at, mean, axis));
    scores.forEach((a, i) => scores.forEach((b, j) => (scatter[i][j] += a * b)));
  }
  return { scatter, total };
}

function combine(weights: Float64Array, basis: Float64Array[], dims: number): Float64Array {
  const sum = new Float64Array(dims);
  basis.forEach((axis, c) => {
    for (let d = 0; d < dims; d++) sum[d] += weights[c] * axis[d];
  });
  return sum;
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

/**
 * Gram-Schmidt in place; an axis that depends on the ones before becomes zero.
 * @returns what was left of each before it was made of length one
 */
function orthonormalise(axes: Float64Array[]): number[] {
  return axes.map((axis, i) => {
    const before = norm(axis);
    for (const other of axes.slice(0, i)) {
      let part = 0;
      for (let d = 0; d < axis.length; d++) part += axis[d] * other[d];
      for (let d = 0; d < axis.length; d++) axis[d] -= part * other[d];
    }
    const length = norm(axis);
    const factor = length > 1e-10 * before && length > 1e-30 ? 1 / length : 0;
    for (let d = 0; d < axis.length; d++) axis[d] *= factor;
    return length;
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
