import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { applyPca, fitPca } from '../../projection/room.ts';
import { largest, logLossOf, probabilitiesOf } from '../probabilities.ts';
import { fitScaler, scaleRows } from '../scaler.ts';
import { majorityOf, nearestClasses } from './baselines.ts';
import { calibrationError, fitSigmoid, fitTemperature, reliabilityOf } from './calibration.ts';
import { dealFolds } from './folds.ts';
import { averagePrecision, deviation, measure } from './metrics.ts';
import { sigmoidAt } from '../verdict.ts';
import { bestThreshold } from './several.ts';

const file = new URL('../fixtures/scikit-learn.json', import.meta.url);
const { components, evaluation, neighbours, sigmoid } = JSON.parse(readFileSync(file, 'utf8')) as {
  components: {
    rows: number[];
    dims: number;
    trainingRows: number;
    explained: number[];
    axes: number[][];
    scores: number[][];
  };
  evaluation: Record<
    'truth' | 'precision' | 'recall' | 'f1' | 'support' | 'averagePrecision',
    number[]
  > &
    Record<
      'accuracy' | 'balanced' | 'macroF1' | 'logLoss' | 'temperature' | 'temperedLoss',
      number
    > & {
      margins: number[][];
      confusion: number[][];
      reliability: { share: number[]; mean: number[] };
    };
  sigmoid: { outputs: number[]; isOf: boolean[]; slope: number; offset: number; bestF1: number };
  neighbours: { rows: number[]; labels: number[]; found: number[] };
};
const margins = evaluation.margins.map((row) => Float64Array.from(row));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

test('components of the standardised training part are those of scikit-learn', () => {
  const { dims, trainingRows, explained, axes, scores } = components;
  const rows = Float32Array.from(components.rows);
  const scaled = scaleRows(fitScaler(rows, dims, range(0, trainingRows)), rows);
  const training = scaled.subarray(0, trainingRows * dims);
  const pca = fitPca(training, dims, axes.length, 42, { sampleRows: Infinity, isPrecise: true });
  explained.forEach((share, c) =>
    expect(pca.variances[c] / pca.totalVariance).toBeCloseTo(share, 6),
  );
  const found = applyPca(pca, scaled.subarray(trainingRows * dims));
  axes.forEach((axis, c) => {
    const peak = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const sign = Math.sign(peak);
    axis.forEach((value, d) => expect(pca.axes[c][d]).toBeCloseTo(sign * value, 5));
    scores.forEach((row, i) => expect(found[i * axes.length + c]).toBeCloseTo(sign * row[c], 4));
  });
});

test('accuracy, precision, recall, F1 and the confusion matrix are those of scikit-learn', () => {
  const { truth, confusion, support } = evaluation;
  const found = margins.map(largest);
  const result = measure(truth, found, 4);
  expect(result.confusion).toEqual(confusion);
  result.perClass.forEach(({ precision, recall, f1, count }, c) => {
    expect(precision).toBeCloseTo(evaluation.precision[c], 8);
    expect(recall).toBeCloseTo(evaluation.recall[c], 8);
    expect(f1).toBeCloseTo(evaluation.f1[c], 8);
    expect(count).toBe(support[c]);
  });
  expect(result.accuracy).toBeCloseTo(evaluation.accuracy, 8);
  expect(result.macroF1).toBeCloseTo(evaluation.macroF1, 8);
  expect(result.balancedAccuracy).toBeCloseTo(evaluation.balanced, 8);
  expect(deviation([1, 2, 4])).toBeCloseTo(1.5275, 4);
});

test('average precision is that of scikit-learn, equal scores being one step', () => {
  const coarse = margins.map((row) => probabilitiesOf(row).map((p) => Math.round(100 * p) / 100));
  evaluation.averagePrecision.forEach((expected, c) => {
    const isOf = evaluation.truth.map((own) => own === c);
    const scores = coarse.map((row) => row[c]);
    expect(averagePrecision(isOf, scores)).toBeCloseTo(expected, 8);
  });
  expect(averagePrecision([false, false], [0.2, 0.1])).toBe(0);
});

test('reliability and temperature are those of scikit-learn and scipy', () => {
  const { truth, reliability, logLoss, temperature, temperedLoss } = evaluation;
  const plain = margins.map((row) => probabilitiesOf(row));
  expect(logLossOf(plain, truth)).toBeCloseTo(logLoss, 8);
  const bins = reliabilityOf(plain, truth);
  expect(bins.map(({ accuracy }) => accuracy)).toHaveLength(reliability.share.length);
  bins.forEach(({ accuracy, confidence }, i) => {
    expect(accuracy).toBeCloseTo(reliability.share[i], 8);
    expect(confidence).toBeCloseTo(reliability.mean[i], 8);
  });
  const found = fitTemperature(margins, truth);
  expect(found).toBeCloseTo(temperature, 3);
  const tempered = margins.map((row) => probabilitiesOf(row, found));
  expect(logLossOf(tempered, truth)).toBeCloseTo(temperedLoss, 8);
  expect(calibrationError(reliabilityOf(tempered, truth))).toBeLessThan(calibrationError(bins));
  const allRight = Array.from({ length: 40 }, (_, i) => Float64Array.of(i % 2 === 0 ? -3 : 3));
  const sure = fitTemperature(
    allRight,
    range(0, 40).map((i) => i % 2),
  );
  expect(probabilitiesOf([3], sure)[1]).toBeCloseTo(41 / 42, 6);
});

test('a sigmoid and the best F1 of any threshold are those of scikit-learn', () => {
  const { outputs, isOf, slope, offset, bestF1 } = sigmoid;
  const found = fitSigmoid(outputs, isOf);
  expect(found.slope).toBeCloseTo(slope, 4);
  expect(found.offset).toBeCloseTo(offset, 4);
  const probabilities = outputs.map((output) => sigmoidAt(output, found));
  const threshold = bestThreshold(probabilities, isOf);
  const said = probabilities.map((own) => Number(own >= threshold));
  expect(measure(isOf.map(Number), said, 2).perClass[1].f1).toBeCloseTo(bestF1, 8);
});

test('a label that outputs do not tell has a flat sigmoid, also where they are wrong, infinite or all the same', () => {
  const isOf = [true, false, false, false];
  for (const outputs of [
    [-3, 1, 2, 3],
    [5, 5, 5, 5],
    [0, 0, 0, 0],
  ]) {
    const { slope, offset } = fitSigmoid(outputs, isOf);
    expect(slope).toBe(0);
    expect(sigmoidAt(5, { slope, offset })).toBeCloseTo(2 / 6, 12);
  }
  const apart = fitSigmoid([20.7, -20.7, -20.7, -20.7], isOf);
  expect(sigmoidAt(20.7, apart)).toBeCloseTo(2 / 3, 2);
  expect(sigmoidAt(-20.7, apart)).toBeCloseTo(1 / 5, 2);
  expect(bestThreshold([0.9, 0.8, 0.8, 0.1], [true, false, true, false])).toBeCloseTo(0.45, 12);
  expect(bestThreshold([0.4, 0.3], [false, false])).toBe(1);
});

test('the nearest classes are those of scikit-learn, learned from the training part', () => {
  const { rows, labels, found } = neighbours;
  const data = Float32Array.from(rows);
  expect(nearestClasses(data, 6, labels, range(0, 60), range(60, 90), 5)).toEqual(found);
  expect(majorityOf([0, 1, 1, 2, 2, 2], [0, 1, 2], 3)).toBe(1);
});

test('folds divide classes evenly and no group', () => {
  const classes = range(0, 120).map((i) => (i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2));
  const groups = range(0, 120).map((i) => Math.floor(i / 3));
  const folds = dealFolds(classes, groups, 5, 42);
  for (const group of new Set(groups)) {
    expect(
      new Set(
        range(0, 120)
          .filter((i) => groups[i] === group)
          .map((i) => folds[i]),
      ).size,
    ).toBe(1);
  }
  for (let fold = 0; fold < 5; fold++) {
    const own = range(0, 120).filter((i) => folds[i] === fold);
    expect(Math.abs(own.length - 24)).toBeLessThanOrEqual(3);
    const rare = own.filter((i) => classes[i] === 2).length;
    expect(rare).toBeGreaterThan(0);
  }
  const alone = dealFolds(classes, range(0, 120), 5, 42);
  const perClass = (fold: number, c: number): number =>
    classes.filter((own, i) => own === c && alone[i] === fold).length;
  for (let fold = 0; fold < 5; fold++) {
    expect(Math.abs(perClass(fold, 1) - 4.8)).toBeLessThan(1);
    expect(Math.abs(perClass(fold, 2) - 2.4)).toBeLessThan(1);
  }
  expect(dealFolds(classes, groups, 5, 42)).toEqual(folds);
});
