import { cholesky, spreadOf } from './plane.ts';
import type { Points } from './plane.ts';

/** A part of this of the widest axis counts as no width: nothing but rounding would be stretched. */
const LEAST_WIDTH = 1e-3;

/** Turns points p to (p - centre) · inverse, and back by q · lower + centre; both k × k, row by row. */
interface Whitening {
  centre: number[];
  lower: number[];
  inverse: number[];
}

/**
 * What makes points white: mean 0, every axis of variance 1, none correlated with another. The triangle whose
 * square is their covariance is undone.
 */
function whiteningOf(points: Points): Whitening {
  const { dims } = points;
  const { mean, covariance } = spreadOf(points);
  const lower = cholesky(covariance, dims);
  const widest = Math.max(...mean.map((_, d) => lower[d * dims + d]));
  // An axis without any width stays as it is.
  for (let d = 0; d < dims; d++) {
    if (lower[d * dims + d] <= LEAST_WIDTH * widest) lower[d * dims + d] = widest || 1;
  }
  return { centre: mean, lower: transposed(lower, dims), inverse: inverseOf(lower, dims) };
}

/** Of a lower triangle, transposed: points are rows. */
function inverseOf(lower: readonly number[], dims: number): number[] {
  const inverse = new Array<number>(dims * dims).fill(0);
  for (let column = 0; column < dims; column++) {
    for (let row = column; row < dims; row++) {
      let rest = row === column ? 1 : 0;
      for (let k = column; k < row; k++) rest -= lower[row * dims + k] * inverse[k * dims + column];
      inverse[row * dims + column] = rest / lower[row * dims + row];
    }
  }
  return transposed(inverse, dims);
}

const transposed = (matrix: readonly number[], dims: number): number[] =>
  matrix.map((_, at) => matrix[(at % dims) * dims + Math.floor(at / dims)]);

/** Where the two layers that touch the plane lie in the weights of an autoencoder. */
export interface PlaneLayers {
  /** The last layer of the encoder ends here, and the first of the decoder begins. */
  at: number;
  /** Values that go into the one and come out of the other. */
  before: number;
  after: number;
}

/**
 * The same autoencoder with a white plane: the encoder's last layer is followed by the whitening, and the
 * decoder's first undoes it. Both are linear, so that this is folded into their weights and everything is
 * decoded as it was.
 * @param points where the encoder puts the tracks
 */
export function whitened(
  parameters: Float32Array,
  points: Points,
  { at, before, after }: PlaneLayers,
): Float32Array {
  const { dims } = points;
  const { centre, lower, inverse } = whiteningOf(points);
  const turned = parameters.slice();
  const start = at - (before + 1) * dims;
  for (let row = 0; row <= before; row++) {
    const place = start + row * dims;
    const isBias = row === before;
    for (let to = 0; to < dims; to++) {
      let sum = 0;
      for (let d = 0; d < dims; d++) {
        sum += (parameters[place + d] - (isBias ? centre[d] : 0)) * inverse[d * dims + to];
      }
      turned[place + to] = sum;
    }
  }
  for (let to = 0; to < after; to++) {
    let bias = parameters[at + dims * after + to];
    for (let d = 0; d < dims; d++) {
      bias += centre[d] * parameters[at + d * after + to];
      let sum = 0;
      for (let k = 0; k < dims; k++) sum += lower[d * dims + k] * parameters[at + k * after + to];
      turned[at + d * after + to] = sum;
    }
    turned[at + dims * after + to] = bias;
  }
  return turned;
}
