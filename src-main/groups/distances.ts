export type Metric = 'l2' | 'cosine';

/** A distance between two points of the same number of dimensions, 0 or more. */
export function distance(a: Float64Array, b: Float64Array, metric: Metric): number {
  return metric === 'l2' ? euclidean(a, b) : cosineDistance(a, b);
}

function euclidean(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] - b[d]) ** 2;
  return Math.sqrt(sum);
}

/** 1 minus the cosine, 0 to 2; two points at the origin are the same, one alone is at right angles to all. */
function cosineDistance(a: Float64Array, b: Float64Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let d = 0; d < a.length; d++) {
    product += a[d] * b[d];
    squareA += a[d] * a[d];
    squareB += b[d] * b[d];
  }
  if (squareA === 0 && squareB === 0) return 0;
  if (squareA === 0 || squareB === 0) return 1;
  return Math.max(0, 1 - product / Math.sqrt(squareA * squareB));
}

export const distanceMatrix = (
  rows: readonly Float64Array[],
  columns: readonly Float64Array[],
  metric: Metric,
): number[][] => rows.map((row) => columns.map((column) => distance(row, column, metric)));

const SETTLED = 1e-12;
const MOST_ROUNDS = 100;

/**
 * What is left of each distance when the level of its row and of its column is taken away: a group that is
 * near everything (a hub) no longer wins by that alone.
 * @param isLeftOut fields that say nothing, such as a group's distance to itself; they become 0
 */
export function centre(
  distances: readonly number[][],
  isLeftOut: (row: number, column: number) => boolean = () => false,
): number[][] {
  const rest = distances.map((row, r) => row.map((value, c) => (isLeftOut(r, c) ? NaN : value)));
  const indices = (distances[0] ?? []).map((_, c) => c);
  // One round is enough where nothing is left out; otherwise the levels depend on one another.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = 0;
    for (const row of rest) moved = Math.max(moved, takeMeanAway(row));
    for (const c of indices) {
      const column = rest.map((row) => row[c]);
      moved = Math.max(moved, takeMeanAway(column));
      column.forEach((value, r) => (rest[r][c] = value));
    }
    if (moved < SETTLED) break;
  }
  return rest.map((row) => row.map((value) => (Number.isNaN(value) ? 0 : value)));
}

/** Answers the size of the mean. */
function takeMeanAway(values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return 0;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  values.forEach((value, i) => (values[i] = value - mean));
  return Math.abs(mean);
}

/** The place of each column in its row, 1 for the smallest value; null for what is left out. */
export function ranksInRows(
  table: readonly number[][],
  isLeftOut: (row: number, column: number) => boolean = () => false,
): (number | null)[][] {
  return table.map((row, r) =>
    row.map((value, c) => {
      if (isLeftOut(r, c)) return null;
      return 1 + row.filter((other, o) => other < value && !isLeftOut(r, o)).length;
    }),
  );
}

/** The column of the smallest value of each row that is not left out; -1 where all are. */
export function nearestColumn(
  row: readonly number[],
  isLeftOut: (column: number) => boolean = () => false,
): number {
  let best = -1;
  row.forEach((value, c) => {
    if (!isLeftOut(c) && (best < 0 || value < row[best])) best = c;
  });
  return best;
}
