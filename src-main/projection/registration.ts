/** A row-major dims × dims matrix. */
type Matrix = Float64Array;

const POLAR_STEPS = 40;

/**
 * Turns, mirrors, scales and shifts a new map so that what is on both maps comes to lie as near as can be
 * to where it was; a plain copy where that leaves them open (orthogonal Procrustes, Schönemann 1966). Distances within the map keep their ratios.
 * @param points n × dims, the new map; it is not changed
 * @param shared rows of the new map that are on the old one
 * @param targets where they were, shared.length × dims
 */
export function registerMap(
  points: Float32Array,
  dims: 2 | 3,
  shared: readonly number[],
  targets: Float32Array,
): Float32Array {
  if (shared.length < dims + 1) return points.slice();
  const from = centreOf(points, dims, shared);
  const to = centreOf(
    targets,
    dims,
    shared.map((_, i) => i),
  );
  const product = new Float64Array(dims * dims);
  let square = 0;
  shared.forEach((row, i) => {
    for (let a = 0; a < dims; a++) {
      const x = points[row * dims + a] - from[a];
      square += x * x;
      for (let b = 0; b < dims; b++) product[a * dims + b] += x * (targets[i * dims + b] - to[b]);
    }
  });
  const turn = nearestRotation(product, dims);
  if (!turn || square === 0) return points.slice();
  let scale = 0;
  for (let e = 0; e < product.length; e++) scale += turn[e] * product[e];
  return transform(points, dims, { from, to, turn, scale: scale / square });
}

function transform(
  points: Float32Array,
  dims: number,
  by: { from: Float64Array; to: Float64Array; turn: Matrix; scale: number },
): Float32Array {
  const result = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += dims) {
    for (let b = 0; b < dims; b++) {
      let sum = 0;
      for (let a = 0; a < dims; a++) sum += (points[at + a] - by.from[a]) * by.turn[a * dims + b];
      result[at + b] = by.to[b] + by.scale * sum;
    }
  }
  return result;
}

function centreOf(points: Float32Array, dims: number, rows: readonly number[]): Float64Array {
  const centre = new Float64Array(dims);
  for (const row of rows) for (let d = 0; d < dims; d++) centre[d] += points[row * dims + d];
  return centre.map((sum) => sum / rows.length);
}

/**
 * The orthogonal factor of the polar decomposition, by Newton's iteration (Higham 1986): the turn (or
 * mirrored turn) nearest to a matrix. Null where the points lie on a line and leave it open.
 */
function nearestRotation(matrix: Matrix, dims: number): Matrix | null {
  const length = Math.hypot(...matrix);
  let current = matrix.map((value) => value / length);
  for (let step = 0; step < POLAR_STEPS; step++) {
    const inverse = inverseTransposed(current, dims);
    if (!inverse) return null;
    const next = current.map((value, e) => (value + inverse[e]) / 2);
    const change = Math.hypot(...next.map((value, e) => value - current[e]));
    current = next;
    if (change < 1e-12) break;
  }
  return current.every(Number.isFinite) ? current : null;
}

function inverseTransposed(m: Matrix, dims: number): Matrix | null {
  if (dims === 2) {
    const determinant = m[0] * m[3] - m[1] * m[2];
    if (!(Math.abs(determinant) > 1e-14)) return null;
    return Float64Array.of(m[3], -m[2], -m[1], m[0]).map((value) => value / determinant);
  }
  const cofactors = Float64Array.from({ length: 9 }, (_, e) => {
    const [r, c] = [Math.floor(e / 3), e % 3];
    const at = (i: number, j: number): number => m[((r + i) % 3) * 3 + ((c + j) % 3)];
    return at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
  });
  const determinant = m[0] * cofactors[0] + m[1] * cofactors[1] + m[2] * cofactors[2];
  if (!(Math.abs(determinant) > 1e-16)) return null;
  return cofactors.map((value) => value / determinant);
}
