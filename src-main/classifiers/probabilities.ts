/**
 * Outputs as probabilities of the classes, which sum to 1. One output is the log odds of the second of two
 * classes.
 * @param temperature more than 1 makes them less sure
 */
export function probabilitiesOf(outputs: ArrayLike<number>, temperature = 1): Float64Array {
  if (outputs.length === 1) {
    const second = 1 / (1 + Math.exp(-outputs[0] / temperature));
    return Float64Array.of(1 - second, second);
  }
  let most = -Infinity;
  for (let c = 0; c < outputs.length; c++) most = Math.max(most, outputs[c]);
  const result = Float64Array.from(outputs, (output) => Math.exp((output - most) / temperature));
  const sum = result.reduce((total, value) => total + value, 0);
  return result.map((value) => value / sum);
}

/** Of what was called impossible too: 1e-15 is the least probability. */
export const logOf = (probability: number): number => Math.log(Math.max(1e-15, probability));

/** Mean negative log likelihood of the true classes. */
export function logLossOf(probabilities: Float64Array[], classes: ArrayLike<number>): number {
  let sum = 0;
  probabilities.forEach((row, i) => (sum -= logOf(row[classes[i]])));
  return sum / Math.max(1, probabilities.length);
}

export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
