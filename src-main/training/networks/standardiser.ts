/** Takes inputs to mean 0 and deviation 1, per row of an image or per value of a vector. */
export interface InputStandardiser {
  mean: Float32Array;
  deviation: Float32Array;
  /** Values that share a mean. */
  span: number;
}

/** Learns from the given rows only: those of the training part. */
export function fitInputs(
  inputs: Float32Array,
  shape: readonly number[],
  rows: readonly number[],
): InputStandardiser {
  const span = shape.length === 1 ? 1 : shape[1];
  const [size, groups] = [shape[0] * span, shape[0]];
  const mean = new Float64Array(groups);
  const deviation = new Float64Array(groups);
  const each = (take: (value: number, group: number) => void): void => {
    for (const row of rows) {
      for (let i = 0; i < size; i++) take(inputs[row * size + i], Math.floor(i / span));
    }
  };
  const count = Math.max(1, rows.length * span);
  each((value, group) => (mean[group] += value / count));
  each((value, group) => (deviation[group] += (value - mean[group]) ** 2 / count));
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(deviation, (variance) => Math.sqrt(variance) || 1),
    span,
  };
}

/** In place, over any number of examples. */
export function standardiseInputs(
  inputs: Float32Array,
  { mean, deviation, span }: InputStandardiser,
): Float32Array {
  const size = mean.length * span;
  for (let i = 0; i < inputs.length; i++) {
    const group = Math.floor((i % size) / span);
    inputs[i] = (inputs[i] - mean[group]) / deviation[group];
  }
  return inputs;
}
