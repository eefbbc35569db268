import { binaryCrossEntropy, crossEntropy } from '../losses.ts';
import type { RandomNumbers } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { balancedRows } from './split.ts';

/** Number of the class of each example; or the numbers of all that it carries, where it may carry several or none. */
export type Labels = Int32Array | readonly (readonly number[])[];

/** What a network learns to answer, and how wrong it is. */
export interface Target {
  /** Batch × classes, 1 where the example is of the class. */
  wanted(rows: readonly number[]): Float32Array;
  loss(logits: Tensor, wanted: Tensor): Tensor;
  /** The examples of an epoch. */
  draw(rows: readonly number[], random: RandomNumbers): readonly number[];
  /** The loss of one example, and the share of its answers that are right. */
  judge(row: number, probabilities: Float32Array): { loss: number; right: number };
}

const LEAST = 1e-12;
/** A yes counts as so many noes at most, and a no as so many yeses: a single example must not lead all. */
const MOST_YES_WEIGHT = 10;

/** Of the classes: of one another's, or each its own. */
export function asProbabilities(logits: Tensor, isSeveral: boolean): Tensor {
  const { trace, dims } = logits;
  return isSeveral
    ? trace.node('Sigmoid', [logits], dims)
    : trace.node('Softmax', [logits], dims, { axis: -1 });
}

export const isOfSeveral = (labels: Labels): labels is readonly (readonly number[])[] =>
  !(labels instanceof Int32Array);

/** Classes for a split to divide evenly: of several labels that of the rarest; those without any are one more. */
export function strataOf(labels: Labels, classes: number): Int32Array {
  if (!isOfSeveral(labels)) return labels;
  const counts = countCarried(labels, [...labels.keys()], classes);
  return Int32Array.from(labels, (own) =>
    own.reduce((rarest, c) => (counts[c] < (counts[rarest] ?? Infinity) ? c : rarest), classes),
  );
}

/** @param balancedOver the rows over which every class counts the same; null to take them as they are */
export const targetOf = (
  labels: Labels,
  classes: number,
  balancedOver: readonly number[] | null,
): Target =>
  isOfSeveral(labels)
    ? anyOf(labels, classes, yesWeights(labels, classes, balancedOver))
    : oneOf(labels, classes, balancedOver !== null);

/** Balanced by drawing anew from the rows of the smaller classes. */
const oneOf = (labels: Int32Array, classes: number, isBalanced: boolean): Target => ({
  wanted: (rows) => marks(rows, classes, (row) => [labels[row]]),
  loss: crossEntropy,
  draw: (rows, random) => (isBalanced ? balancedRows(rows, labels, random) : rows),
  judge: (row, probabilities) => {
    const own = probabilities[labels[row]];
    const isRight = own >= Math.max(...probabilities);
    return { loss: -Math.log(Math.max(own, LEAST)), right: isRight ? 1 : 0 };
  },
});

/** Each label by a yes or no of its own; balanced by what a yes counts. */
const anyOf = (
  carried: readonly (readonly number[])[],
  classes: number,
  weights: readonly number[],
): Target => ({
  wanted: (rows) => marks(rows, classes, (row) => carried[row]),
  loss: (logits, wanted) => binaryCrossEntropy(logits, wanted, weights),
  draw: (rows) => rows,
  judge: (row, probabilities) => {
    let [loss, right] = [0, 0];
    probabilities.forEach((yes, c) => {
      const isCarried = carried[row].includes(c);
      const own = Math.log(Math.max(isCarried ? yes : 1 - yes, LEAST));
      loss -= (isCarried ? weights[c] * own : own) / classes;
      right += yes >= 0.5 === isCarried ? 1 / classes : 0;
    });
    return { loss, right };
  },
});

function marks(
  rows: readonly number[],
  classes: number,
  of: (row: number) => readonly number[],
): Float32Array {
  const values = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => of(row).forEach((c) => (values[i * classes + c] = 1)));
  return values;
}

function countCarried(
  carried: readonly (readonly number[])[],
  rows: readonly number[],
  classes: number,
): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) for (const c of carried[row]) counts[c]++;
  return counts;
}

/** So that the yeses of a label weigh as much as its noes. */
function yesWeights(
  carried: readonly (readonly number[])[],
  classes: number,
  rows: readonly number[] | null,
): number[] {
  if (rows === null) return new Array<number>(classes).fill(1);
  return countCarried(carried, rows, classes).map((yes) => {
    const no = rows.length - yes;
    if (yes === 0 || no === 0) return 1;
    return Math.min(MOST_YES_WEIGHT, Math.max(1 / MOST_YES_WEIGHT, no / yes));
  });
}
