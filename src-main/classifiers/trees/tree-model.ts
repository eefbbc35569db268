import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { applyPca, fitPca } from '../../projection/room.ts';
import type { ClassifierSettings } from '../contract.ts';
import { dealFolds } from '../evaluation/folds.ts';
import type { Examples, Fitted, Learn, Lesson, StepProgress } from '../learner.ts';
import { fitScaler, scaleRows } from '../scaler.ts';
import { boost } from './boosting.ts';
import type { LabelledRows } from './boosting.ts';
import { marginsOf } from './tree.ts';

const numbers = z.array(z.number());
const treeModel = z.object({
  scaler: z.object({ mean: numbers, scale: numbers }),
  /** Null where the values themselves are asked about. */
  components: z.object({ mean: numbers, axes: z.array(numbers), explained: numbers }).nullable(),
  forest: z.object({
    classCount: z.number().int().min(2),
    base: z.number(),
    rounds: z.array(
      z.array(
        z.object({
          left: numbers,
          right: numbers,
          feature: numbers,
          threshold: numbers,
          value: numbers,
          cover: numbers,
        }),
      ),
    ),
  }),
});
/** Trees with what has to be done to a vector before they are asked. */
export type TreeModel = z.output<typeof treeModel>;

export const treeModelBytes = (model: TreeModel): Uint8Array => Buffer.from(JSON.stringify(model));

/** @throws AppError `model-invalid` */
export function readTreeModel(bytes: Uint8Array): TreeModel {
  try {
    return treeModel.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (thrown) {
    throw new AppError('model-invalid', 'The stored trees cannot be read.', { cause: thrown });
  }
}

/** What the trees ask about: scores on the principal components, or standardised values. */
export function askedRows(
  model: TreeModel,
  rows: Float32Array,
): { rows: Float32Array; dims: number } {
  const scaled = scaleRows(model.scaler, rows);
  if (!model.components) return { rows: scaled, dims: model.scaler.mean.length };
  const { mean, axes } = model.components;
  const pca = { mean: Float64Array.from(mean), axes: axes.map((axis) => Float64Array.from(axis)) };
  return { rows: applyPca(pca, scaled), dims: axes.length };
}

export function treeOutputs(model: TreeModel, vectors: Float32Array): Float64Array[] {
  const { rows, dims } = askedRows(model, vectors);
  return Array.from({ length: rows.length / dims }, (_, i) =>
    marginsOf(model.forest, rows, i * dims),
  );
}

/** Of so many folds one tells when to stop; with fewer items than that each class, none does. */
const STOPPING_FOLDS = 6;
const LEAST_TO_STOP = 24;

/** A learner of boosted trees over one vector per item. */
export function treeLearner(
  { inputs, shape: [dims] }: Examples,
  { classes, groups, classNames }: Lesson,
  settings: ClassifierSettings,
): Learn {
  return (items, onStep) => {
    const { components, ...parameters } = settings.trees;
    const scaler = fitScaler(inputs, dims, items);
    const own = scaleRows(scaler, rowsOf(inputs, dims, items));
    const pca = components === 0 ? null : findComponents(own, dims, components, settings.seed);
    const rows = pca ? applyPca(pca, own) : own;
    const data: LabelledRows = {
      rows,
      dims: pca ? pca.axes.length : dims,
      classes: Int32Array.from(items, (item) => classes[item]),
    };
    const boosting = { ...parameters, seed: settings.seed };
    const classWeights = settings.isBalanced ? balance(data.classes, classNames.length) : undefined;
    const ownGroups = Int32Array.from(items, (item) => groups[item]);
    const stopped = stopRound(data, ownGroups, classNames.length, boosting, classWeights, onStep);
    const forest = boost(
      data,
      classNames.length,
      { ...boosting, rounds: stopped ?? boosting.rounds },
      {
        classWeights,
        onRound:
          stopped === null ? (progress) => onStep(toStep(progress, boosting.rounds)) : undefined,
      },
    );
    const model: TreeModel = {
      scaler,
      components: pca && {
        mean: [...pca.mean],
        axes: pca.axes.map((axis) => [...axis]),
        explained: Array.from(pca.variances, (v) =>
          pca.totalVariance > 0 ? v / pca.totalVariance : 0,
        ),
      },
      forest,
    };
    return Promise.resolve(fittedTrees(model, inputs, dims));
  };
}

export function fittedTrees(model: TreeModel, inputs: Float32Array, dims: number): Fitted {
  return {
    outputsOf: (items) => Promise.resolve(treeOutputs(model, rowsOf(inputs, dims, items))),
    toBytes: () => treeModelBytes(model),
    explained: model.components?.explained ?? [],
    release: () => Promise.resolve(),
  };
}

export function rowsOf(inputs: Float32Array, dims: number, items: readonly number[]): Float32Array {
  const rows = new Float32Array(items.length * dims);
  items.forEach((item, i) => rows.set(inputs.subarray(item * dims, (item + 1) * dims), i * dims));
  return rows;
}

/** At most as many as there are rows but one, for there are no more. */
function findComponents(rows: Float32Array, dims: number, wanted: number, seed: number) {
  const most = Math.max(1, Math.min(wanted, dims, rows.length / dims - 1));
  return fitPca(rows, dims, most, seed, { sampleRows: Infinity, isPrecise: true });
}

/** Weights under which every class counts the same; their mean over the rows is 1. */
function balance(classes: Int32Array, classCount: number): number[] {
  const tally = new Array<number>(classCount).fill(0);
  for (const own of classes) tally[own]++;
  const present = tally.filter((count) => count > 0).length;
  return tally.map((count) => (count === 0 ? 0 : classes.length / (present * count)));
}

const toStep = (
  {
    round,
    trainingLoss,
    validationLoss,
  }: { round: number; trainingLoss: number; validationLoss: number | null },
  rounds: number,
): StepProgress => ({ step: round, steps: rounds, trainingLoss, validationLoss });

/** After how many rounds a part of the rows is foretold best; null where there are too few to tell. */
function stopRound(
  data: LabelledRows,
  groups: Int32Array,
  classCount: number,
  boosting: Parameters<typeof boost>[2],
  classWeights: readonly number[] | undefined,
  onStep: (progress: StepProgress) => void,
): number | null {
  if (data.classes.length < LEAST_TO_STOP) return null;
  const folds = dealFolds(data.classes, groups, STOPPING_FOLDS, boosting.seed);
  const part = (isValidation: boolean): LabelledRows => {
    const items = [...folds.keys()].filter((i) => (folds[i] === 0) === isValidation);
    return {
      rows: rowsOf(data.rows, data.dims, items),
      dims: data.dims,
      classes: Int32Array.from(items, (i) => data.classes[i]),
    };
  };
  const [training, validation] = [part(false), part(true)];
  if (validation.classes.length === 0 || training.classes.length === 0) return null;
  const forest = boost(training, classCount, boosting, {
    classWeights,
    validation,
    patience: 15,
    onRound: (progress) => onStep(toStep(progress, boosting.rounds)),
  });
  return Math.max(1, forest.rounds.length);
}
