import type { RandomNumbers } from '../training/room.ts';

/** Points of 2 or 3 coordinates, one after another. */
export interface Points {
  values: Float32Array;
  dims: number;
}

/** Where points lie and how they are strewn. */
export interface Spread {
  mean: number[];
  /** dims × dims, row by row. */
  covariance: number[];
}

export function spreadOf({ values, dims }: Points): Spread {
  const count = values.length / dims;
  const mean = Array.from({ length: dims }, (_, d) => {
    let sum = 0;
    for (let i = d; i < values.length; i += dims) sum += values[i];
    return sum / count;
  });
  const covariance = Array.from({ length: dims * dims }, (_, at) => {
    const [a, b] = [Math.floor(at / dims), at % dims];
    let sum = 0;
    for (let i = 0; i < values.length; i += dims) {
      sum += (values[i + a] - mean[a]) * (values[i + b] - mean[b]);
    }
    return sum / count;
  });
  return { mean, covariance };
}

/** Sweeps of Jacobi's rotations; three dimensions need about four. */
const SWEEPS = 12;

/**
 * Parts of the variance along the principal directions, the largest first. A map on a line has almost all
 * on the first; equal parts are 1 / dims. All zeros where the points are one.
 */
export function varianceShares(points: Points): number[] {
  const { dims } = points;
  const matrix = spreadOf(points).covariance;
  const at = (a: number, b: number): number => a * dims + b;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < dims; p++) {
      for (let q = p + 1; q < dims; q++) rotate(matrix, dims, p, q);
    }
  }
  const variances = Array.from({ length: dims }, (_, d) => Math.max(0, matrix[at(d, d)]));
  const total = variances.reduce((sum, value) => sum + value, 0);
  return variances.map((value) => (total > 0 ? value / total : 0)).toSorted((a, b) => b - a);
}

/** Makes the entry (p, q) of a symmetric matrix zero (Jacobi 1846). */
function rotate(matrix: number[], dims: number, p: number, q: number): void {
  const off = matrix[p * dims + q];
  if (off === 0) return;
  const angle = 0.5 * Math.atan2(2 * off, matrix[q * dims + q] - matrix[p * dims + p]);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < dims; k++) {
    const [kp, kq] = [matrix[k * dims + p], matrix[k * dims + q]];
    matrix[k * dims + p] = c * kp - s * kq;
    matrix[k * dims + q] = s * kp + c * kq;
  }
  for (let k = 0; k < dims; k++) {
    const [pk, qk] = [matrix[p * dims + k], matrix[q * dims + k]];
    matrix[p * dims + k] = c * pk - s * qk;
    matrix[q * dims + k] = s * pk + c * qk;
  }
}

/** A point of the normal distribution with the mean and covariance of some points. */
export function drawPoint(points: Points, random: RandomNumbers): number[] {
  const { dims } = points;
  const { mean, covariance } = spreadOf(points);
  const lower = cholesky(covariance, dims);
  const normal = Array.from({ length: dims }, () => gaussian(random));
  return mean.map(
    (value, a) =>
      value + normal.reduce((sum, z, b) => sum + (b <= a ? lower[a * dims + b] * z : 0), 0),
  );
}

/** The lower triangle whose square is the matrix; directions without variance stay 0. */
export function cholesky(matrix: readonly number[], dims: number): number[] {
  const lower = new Array<number>(dims * dims).fill(0);
  for (let a = 0; a < dims; a++) {
    for (let b = 0; b <= a; b++) {
      let rest = matrix[a * dims + b];
      for (let k = 0; k < b; k++) rest -= lower[a * dims + k] * lower[b * dims + k];
      const pivot = lower[b * dims + b];
      lower[a * dims + b] = a === b ? Math.sqrt(Math.max(0, rest)) : pivot > 0 ? rest / pivot : 0;
    }
  }
  return lower;
}

/** Box & Muller 1958. */
function gaussian(random: RandomNumbers): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Which of all neighbours of `from` the point `to` is: 1 is the nearest. Equally near ones count before it. */
export function rankOf({ values, dims }: Points, from: number, to: number): number {
  const distance = (row: number): number => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += (values[row * dims + d] - values[from * dims + d]) ** 2;
    return sum;
  };
  const own = distance(to);
  let rank = 1;
  for (let row = 0; row < values.length / dims; row++) {
    if (row !== from && row !== to && distance(row) <= own) rank++;
  }
  return rank;
}
