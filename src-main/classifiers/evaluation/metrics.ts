export interface ClassMetrics {
  precision: number;
  recall: number;
  f1: number;
  /** Items that are of the class. */
  count: number;
}

export interface Metrics {
  accuracy: number;
  /** Mean F1 of the classes, each counting the same. */
  macroF1: number;
  /** Mean recall of the classes. */
  balancedAccuracy: number;
  perClass: ClassMetrics[];
  /** Rows: what it is; columns: what was foretold. */
  confusion: number[][];
}

/** What nobody foretold or is has a precision, recall and F1 of 0, as in scikit-learn. */
export function measure(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  classCount: number,
): Metrics {
  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < truth.length; i++) confusion[truth[i]][found[i]]++;
  const perClass = confusion.map((row, c) => {
    const count = row.reduce((sum, n) => sum + n, 0);
    const foretold = confusion.reduce((sum, other) => sum + other[c], 0);
    const precision = ratio(row[c], foretold);
    const recall = ratio(row[c], count);
    return { precision, recall, f1: ratio(2 * precision * recall, precision + recall), count };
  });
  const right = confusion.reduce((sum, row, c) => sum + row[c], 0);
  const present = perClass.filter(({ count }) => count > 0);
  return {
    accuracy: ratio(right, truth.length),
    macroF1: mean(present.map(({ f1 }) => f1)),
    balancedAccuracy: mean(present.map(({ recall }) => recall)),
    perClass,
    confusion,
  };
}

/**
 * Mean precision over the items that are of the class, from the highest score down; equal scores count as one
 * step (as scikit-learn's average_precision_score). 0 where no item is.
 */
export function averagePrecision(isOf: readonly boolean[], scores: ArrayLike<number>): number {
  const order = [...isOf.keys()].sort((a, b) => scores[b] - scores[a]);
  let [right, total] = [0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const gained = order.slice(start, end).filter((item) => isOf[item]).length;
    right += gained;
    total += (gained * right) / end;
  }
  return ratio(total, right);
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export const mean = (values: readonly number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );

/** Of a sample: with n - 1; 0 for fewer than two. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(ratio(squares, values.length - 1));
}
