import { Random } from '../../base/random.ts';
import { logLossOf, probabilitiesOf } from '../probabilities.ts';
import { growTree, sortRows } from './grow-tree.ts';
import type { TreeParameters } from './grow-tree.ts';
import { leafOf, outputCount } from './tree.ts';
import type { Forest, Tree } from './tree.ts';

export interface BoostingParameters extends TreeParameters {
  rounds: number;
  /** Share of the rows that each tree is grown from, more than 0 to 1. */
  subsample: number;
  /** Share of the dimensions that each tree may ask about, more than 0 to 1. */
  columnSample: number;
  seed: number;
}

/** Rows and what they are. */
export interface LabelledRows {
  /** n × dims */
  rows: Float32Array;
  dims: number;
  /** Number of the class of each row. */
  classes: Int32Array;
}

export interface BoostingOptions {
  /** One factor per class on what its rows count; 1 by default. */
  classWeights?: readonly number[];
  /** Rows that are not learned from: when they are not foretold better for `patience` rounds it ends. */
  validation?: LabelledRows;
  patience?: number;
  /** Called after each round; an exception ends the training. */
  onRound?(progress: RoundProgress): void;
}

export interface RoundProgress {
  round: number;
  /** Mean log loss of the rows learned from, and of the others. */
  trainingLoss: number;
  validationLoss: number | null;
}

const SMALLEST_HESSIAN = 1e-16;
const f32 = Math.fround;

/**
 * Gradient boosting with the logistic loss for two classes and softmax for more, to the definition of
 * XGBoost 1.7 (`exact`, `binary:logistic` or `multi:softprob`). The same seed gives the same trees.
 * @returns the rounds up to the best on the validation rows
 */
export function boost(
  { rows, dims, classes }: LabelledRows,
  classCount: number,
  parameters: BoostingParameters,
  options: BoostingOptions = {},
): Forest {
  const { validation, patience = 10, classWeights } = options;
  const outputs = outputCount(classCount);
  const base = classCount === 2 ? 0 : 0.5;
  const forest: Forest = { classCount, base, rounds: [] };
  const sorted = sortRows(rows, dims);
  const random = new Random(parameters.seed);
  const own = new MarginSheet(rows, dims, outputs, base);
  const other = validation && new MarginSheet(validation.rows, dims, outputs, base);
  let [best, bestLoss] = [0, Infinity];
  let known = own.probabilities();
  for (let round = 1; round <= parameters.rounds; round++) {
    const isIn = drawRows(sorted.count, parameters.subsample, random);
    const trees: Tree[] = [];
    for (let output = 0; output < outputs; output++) {
      const { gradients, hessians } = derive(known, classes, output, outputs, classWeights);
      const features = drawFeatures(dims, parameters.columnSample, random);
      trees.push(growTree(sorted, gradients, hessians, isIn, features, parameters));
    }
    forest.rounds.push(trees);
    own.add(trees);
    other?.add(trees);
    const validationLoss = other ? logLossOf(other.probabilities(), validation.classes) : null;
    known = own.probabilities();
    const trainingLoss = logLossOf(known, classes);
    options.onRound?.({ round, trainingLoss, validationLoss });
    if (validationLoss === null) continue;
    if (validationLoss < bestLoss) [best, bestLoss] = [round, validationLoss];
    else if (round - best >= patience) break;
  }
  if (validation) forest.rounds.length = best;
  return forest;
}

/** Margins of many rows, kept up to date as trees are added. */
class MarginSheet {
  readonly #rows: Float32Array;
  readonly #dims: number;
  readonly #margins: Float32Array[];

  constructor(rows: Float32Array, dims: number, outputs: number, base: number) {
    this.#rows = rows;
    this.#dims = dims;
    const count = rows.length / dims;
    this.#margins = Array.from({ length: count }, () => new Float32Array(outputs).fill(base));
  }

  add(trees: Tree[]): void {
    this.#margins.forEach((margins, row) => {
      trees.forEach((tree, output) => {
        margins[output] += tree.value[leafOf(tree, this.#rows, row * this.#dims)];
      });
    });
  }

  probabilities(): Float64Array[] {
    return this.#margins.map((margins) => probabilitiesOf(margins));
  }
}

/** First and second derivatives of the loss by one output. */
function derive(
  probabilities: Float64Array[],
  classes: Int32Array,
  output: number,
  outputs: number,
  classWeights?: readonly number[],
): { gradients: Float64Array; hessians: Float64Array } {
  const gradients = new Float64Array(classes.length);
  const hessians = new Float64Array(classes.length);
  const target = outputs === 1 ? 1 : output;
  const steepness = outputs === 1 ? 1 : 2;
  probabilities.forEach((row, i) => {
    const p = f32(row[target]);
    const weight = classWeights?.[classes[i]] ?? 1;
    gradients[i] = f32(f32(p - (classes[i] === target ? 1 : 0)) * weight);
    hessians[i] = f32(Math.max(steepness * p * (1 - p), SMALLEST_HESSIAN) * weight);
  });
  return { gradients, hessians };
}

function drawRows(count: number, share: number, random: Random): Uint8Array {
  if (share >= 1) return new Uint8Array(count).fill(1);
  return Uint8Array.from({ length: count }, () => (random.next() < share ? 1 : 0));
}

/** Without repetition, rising; at least one. */
function drawFeatures(dims: number, share: number, random: Random): number[] {
  const all = Array.from({ length: dims }, (_, d) => d);
  if (share >= 1) return all;
  const wanted = Math.max(1, Math.floor(share * dims));
  for (let i = 0; i < wanted; i++) {
    const other = i + Math.floor(random.next() * (dims - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, wanted).sort((a, b) => a - b);
}
