import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../../base/random.ts';
import { largest, probabilitiesOf } from '../probabilities.ts';
import { boost } from './boosting.ts';
import type { BoostingParameters, LabelledRows } from './boosting.ts';
import { marginsOf, outputCount } from './tree.ts';
import type { Forest, Tree } from './tree.ts';
import { contributionsOf, interactionsOf } from './tree-shap.ts';

interface Case {
  classCount: number;
  rounds: number;
  dims: number;
  rows: number[];
  labels: number[];
  trees: Tree[];
  margins: number[][];
  contributions: number[][][];
  interactions: number[][][][];
}
type Reference = Record<'binary' | 'several' | 'published', Case> & {
  accuracy: { rows: number[]; labels: number[]; accuracies: number[] };
};

const file = new URL('../fixtures/xgboost.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
const { binary, several, published } = reference;

const PLAIN: BoostingParameters = {
  rounds: 10,
  maxDepth: 3,
  learningRate: 0.1,
  minChildWeight: 2,
  gamma: 0.1,
  alpha: 0.1,
  lambda: 2,
  subsample: 1,
  columnSample: 1,
  seed: 42,
};
const PUBLISHED = { ...PLAIN, rounds: 50, maxDepth: 2, learningRate: 0.03, gamma: 2 };
Object.assign(PUBLISHED, { minChildWeight: 5, alpha: 0.5 });

const labelled = ({ rows, labels, dims }: Case): LabelledRows => ({
  rows: Float32Array.from(rows),
  dims,
  classes: Int32Array.from(labels),
});

/** The trees that XGBoost wrote. */
function forestOf({ classCount, trees }: Case): Forest {
  const outputs = outputCount(classCount);
  const rounds = Array.from({ length: trees.length / outputs }, (_, round) =>
    trees.slice(round * outputs, (round + 1) * outputs),
  );
  return { classCount, base: classCount === 2 ? 0 : 0.5, rounds };
}

function furthest(found: ArrayLike<number>[], wanted: number[][]): number {
  return Math.max(
    ...wanted.flatMap((row, i) => row.map((value, j) => Math.abs(found[i][j] - value))),
  );
}

test.each([
  ['two classes', binary, PLAIN],
  ['several classes', several, { ...PLAIN, rounds: 6 }],
  ['the published parameters', published, PUBLISHED],
] as const)('grows the trees of XGBoost 1.7: %s', (_, known, parameters) => {
  const data = labelled(known);
  const forest = boost(data, known.classCount, parameters);
  const trees = forest.rounds.flat();
  const shape = ({ left, right, feature }: Tree) => ({ left, right, feature });
  expect(trees.map(shape)).toEqual(known.trees.map(shape));
  const found = known.margins.map((_, i) => marginsOf(forest, data.rows, i * data.dims));
  expect(furthest(found, known.margins)).toBeLessThan(1e-5);
});

test.each([
  ['two classes', binary],
  ['several classes', several],
  ['the published parameters', published],
] as const)('explains a fixed model as XGBoost does, and the parts add up: %s', (_, known) => {
  const { rows, dims } = labelled(known);
  const forest = forestOf(known);
  known.contributions.forEach((wanted, i) => {
    const found = contributionsOf(forest, rows, i * dims, dims);
    expect(furthest(found, wanted)).toBeLessThan(1e-6);
    const sums = found.map((row) => row.reduce((sum, value) => sum + value, 0));
    const margins = marginsOf(forest, rows, i * dims);
    sums.forEach((sum, output) => expect(sum).toBeCloseTo(margins[output], 12));
  });
});

test('interactions are those of XGBoost', () => {
  const { rows, dims } = labelled(several);
  const forest = forestOf(several);
  several.interactions.forEach((outputs, i) => {
    for (let feature = 0; feature < dims; feature++) {
      const found = interactionsOf(forest, rows, i * dims, dims, feature);
      const wanted = outputs.map((matrix) =>
        matrix[feature].slice(0, dims).map((value, d) => (d === feature ? 0 : value)),
      );
      expect(furthest(found, wanted)).toBeLessThan(1e-6);
    }
  });
});

test('contributions are Shapley values: the mean over all orders of learning the dimensions', () => {
  const { rows, dims } = labelled(several);
  const forest = forestOf(several);
  const wanted = byDefinition(forest, rows, 0, dims, 0);
  expect(
    furthest([contributionsOf(forest, rows, 0, dims)[0].subarray(0, dims)], [wanted]),
  ).toBeLessThan(1e-10);
});

/** Every subset of the dimensions, weighted as Shapley has it. */
function byDefinition(
  forest: Forest,
  rows: Float32Array,
  at: number,
  dims: number,
  output: number,
) {
  const worth = (known: number): number =>
    forest.rounds.reduce((sum, round) => sum + expected(round[output], 0, rows, at, known), 0);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return Array.from({ length: dims }, (_, d) => {
    let sum = 0;
    for (let others = 0; others < 1 << dims; others++) {
      if (others & (1 << d)) continue;
      const size = others.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(dims - size - 1)) / factorial(dims);
      sum += weight * (worth(others | (1 << d)) - worth(others));
    }
    return sum;
  });
}

function expected(tree: Tree, node: number, rows: Float32Array, at: number, known: number): number {
  const [left, right] = [tree.left[node], tree.right[node]];
  if (left < 0) return tree.value[node];
  const feature = tree.feature[node];
  const go = (child: number): number => expected(tree, child, rows, at, known);
  if (known & (1 << feature)) return go(rows[at + feature] < tree.threshold[node] ? left : right);
  return (
    (tree.cover[left] * go(left) + tree.cover[right] * go(right)) /
    (tree.cover[left] + tree.cover[right])
  );
}

test('with drawn rows and columns the accuracy is within the noise of XGBoost', () => {
  const { accuracy } = reference;
  const dims = 10;
  const all = { rows: Float32Array.from(accuracy.rows), classes: Int32Array.from(accuracy.labels) };
  const training = {
    rows: all.rows.slice(0, 400 * dims),
    dims,
    classes: all.classes.slice(0, 400),
  };
  const scores = Array.from({ length: 4 }, (_, seed) => {
    const drawn = { ...PUBLISHED, subsample: 0.6, columnSample: 0.6, seed };
    const forest = boost(training, 4, drawn);
    const right = Array.from({ length: 200 }, (_, i) => i + 400).filter(
      (row) => largest(marginsOf(forest, all.rows, row * dims)) === all.classes[row],
    );
    return right.length / 200;
  });
  const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const difference = mean(scores) - mean(accuracy.accuracies);
  expect(Math.abs(difference)).toBeLessThan(0.03);
});

test('the same seed gives the same trees, another gives others, and JSON keeps the numbers', () => {
  const data = labelled(several);
  const drawn = { ...PLAIN, subsample: 0.6, columnSample: 0.6 };
  const once = JSON.stringify(boost(data, 4, drawn));
  expect(JSON.stringify(boost(data, 4, drawn))).toBe(once);
  expect(JSON.stringify(boost(data, 4, { ...drawn, seed: 7 }))).not.toBe(once);
  const again = JSON.parse(once) as Forest;
  expect(marginsOf(again, data.rows, 0)).toEqual(marginsOf(boost(data, 4, drawn), data.rows, 0));
});

test('it ends early where the validation rows are not foretold better', () => {
  const random = new Random(1);
  const noise = (count: number): LabelledRows => ({
    rows: Float32Array.from({ length: count * 3 }, () => random.next()),
    dims: 3,
    classes: Int32Array.from({ length: count }, () => (random.next() < 0.5 ? 0 : 1)),
  });
  const losses: (number | null)[] = [];
  const forest = boost(
    noise(60),
    2,
    { ...PLAIN, rounds: 200, gamma: 0 },
    {
      validation: noise(40),
      patience: 5,
      onRound: ({ validationLoss }) => losses.push(validationLoss),
    },
  );
  expect(losses.length).toBeLessThan(200);
  expect(forest.rounds.length).toBe(losses.indexOf(Math.min(...(losses as number[]))) + 1);
});

test('identical rows and a dimension without spread give a constant and no NaN', () => {
  const same = {
    rows: new Float32Array(20).fill(3),
    dims: 2,
    classes: Int32Array.from({ length: 10 }, (_, i) => i % 3),
  };
  const forest = boost(same, 3, { ...PLAIN, minChildWeight: 0, gamma: 0 });
  const probabilities = probabilitiesOf(marginsOf(forest, same.rows, 0));
  expect(probabilities.every((p) => p > 0.2 && p < 0.5)).toBe(true);
  expect(contributionsOf(forest, same.rows, 0, 2)[0].slice(0, 2)).toEqual(new Float64Array(2));
});
