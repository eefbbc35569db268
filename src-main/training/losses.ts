import { add, mean, matmul, multiply, scale, softplus, subtract, sum } from './operators.ts';
import type { Tensor } from './tensor.ts';

/** The mean over a batch of -ln(probability of the right class); `targets` holds one 1 per row. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const { trace, dims } = logits;
  const rows = dims[0];
  const logarithms = trace.node('LogSoftmax', [logits], dims, { axis: -1 });
  const backward = (g: Tensor): Tensor => {
    const probabilities = trace.node('Exp', [logarithms], dims);
    const total = trace.node('ReduceSum', [g, trace.integers([1])], [rows, 1], { keepdims: 1 });
    const spread = trace.node('Mul', [probabilities, total], dims);
    return trace.node('Sub', [g, spread], dims);
  };
  const recorded = trace.record(logarithms, [logits], (g) => [() => backward(g)]);
  return scale(sum(multiply(recorded, targets)), -1 / rows);
}

/**
 * The mean over a batch and its labels of -ln(probability of the right answer), where every label is answered by
 * yes or no: `targets` holds 1 and 0. As PyTorch's BCEWithLogitsLoss.
 * @param yesWeights what a yes of each label counts; a no counts 1
 */
export function binaryCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  yesWeights: readonly number[],
): Tensor {
  const { trace } = logits;
  const one = trace.scalar(1);
  const no = multiply(subtract(one, targets), logits);
  const more = trace.row(yesWeights.map((weight) => weight - 1));
  const weight = add(one, multiply(more, targets));
  return mean(add(no, multiply(weight, softplus(scale(logits, -1)))));
}

export function meanSquaredError(found: Tensor, wanted: Tensor): Tensor {
  const error = subtract(found, wanted);
  return mean(multiply(error, error));
}

/**
 * How far the columns of [rows, k] are from mean 0, variance 1 and no correlation: the squared means plus
 * the squared differences of the covariance from the identity. It keeps a latent plane from collapsing
 * onto a line: there one variance would be near 0, or the covariance near 1.
 */
export function whiteness(points: Tensor): Tensor {
  const [rows, k] = points.dims;
  const centre = mean(points, [0]);
  const centred = subtract(points, centre);
  const covariance = scale(matmul(centred, centred, { turnA: true }), 1 / rows);
  const { trace } = points;
  const identity = trace.node('EyeLike', [covariance], [k, k]);
  const off = subtract(covariance, identity);
  return add(sum(multiply(off, off)), sum(multiply(centre, centre)));
}
