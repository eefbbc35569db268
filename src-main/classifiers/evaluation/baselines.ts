import { largest } from '../probabilities.ts';
import { fitScaler, scaleRows } from '../scaler.ts';

/** Always the most frequent class of the training part. */
export function majorityOf(classes: ArrayLike<number>, training: number[], classCount: number) {
  const tally = new Array<number>(classCount).fill(0);
  for (const item of training) tally[classes[item]]++;
  return largest(tally);
}

/**
 * The most frequent class among the nearest of the training part, see `nearestItems`; among equally frequent ones
 * the first.
 * @returns one class for each item of `asked`
 */
export function nearestClasses(
  rows: Float32Array,
  dims: number,
  classes: ArrayLike<number>,
  training: number[],
  asked: number[],
  neighbours: number,
): number[] {
  return nearestItems(rows, dims, training, asked, neighbours).map((nearest) => {
    const tally: number[] = [];
    for (const other of nearest) tally[classes[other]] = (tally[classes[other]] ?? 0) + 1;
    return largest(Array.from(tally, (count) => count ?? 0));
  });
}

/** Of each item of `asked` the nearest of the training part, by distance over values standardised on that part. */
export function nearestItems(
  rows: Float32Array,
  dims: number,
  training: number[],
  asked: number[],
  neighbours: number,
): number[][] {
  const scaled = scaleRows(fitScaler(rows, dims, training), rows);
  return asked.map((item) =>
    training
      .map((other) => ({ other, distance: squaredDistance(scaled, dims, item, other) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, neighbours)
      .map(({ other }) => other),
  );
}

function squaredDistance(rows: Float32Array, dims: number, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += (rows[a * dims + d] - rows[b * dims + d]) ** 2;
  return sum;
}
