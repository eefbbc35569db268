import { AppError } from '../base/errors.ts';
import type { ModelManifest } from '../models/room.ts';

/** What a network gave for several segments: row-major, the segments first. */
export interface Tensor {
  dims: readonly number[];
  data: Float32Array;
}

type Activation = NonNullable<ModelManifest['labels']>['activation'];

/**
 * One vector per segment, at length one where the model asks for it.
 * @throws AppError `model-invalid` where the tensor is of another shape
 */
export function vectorsOf(
  tensor: Tensor | undefined,
  { dims, unit }: { dims: number; unit: boolean },
): Float32Array[] {
  const rows = rowsOf(tensor, dims, 'vectors');
  return unit ? rows.map(atLengthOne) : rows;
}

/**
 * Probabilities per segment, as many as there are classes.
 * @throws AppError `model-invalid` where the tensor is of another shape
 */
export function probabilitiesOf(
  tensor: Tensor | undefined,
  { count, activation }: { count: number; activation: Activation },
): Float32Array[] {
  return rowsOf(tensor, count, 'class scores').map((scores) => {
    if (activation === 'sigmoid') return scores.map((score) => 1 / (1 + Math.exp(-score)));
    return activation === 'softmax' ? softmax(scores) : scores;
  });
}

function rowsOf(tensor: Tensor | undefined, width: number, what: string): Float32Array[] {
  const [count = 0, ...rest] = tensor?.dims ?? [];
  const size = rest.reduce((product, dim) => product * dim, 1);
  if (!tensor || rest.length === 0 || size !== width || tensor.data.length !== count * width) {
    throw new AppError(
      'model-invalid',
      `The model gave [${tensor?.dims.join(', ') ?? ''}] where ${what} of ${width} values were expected.`,
    );
  }
  return Array.from({ length: count }, (_, row) =>
    tensor.data.slice(row * width, (row + 1) * width),
  );
}

function atLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

function softmax(scores: Float32Array): Float32Array {
  const most = scores.reduce((max, score) => Math.max(max, score), -Infinity);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
