import type { EvaluationReport, PlainScore } from '../contract.ts';
import type { Lesson } from '../learner.ts';
import { largest, probabilitiesOf } from '../probabilities.ts';
import { majorityOf, nearestClasses } from './baselines.ts';
import { calibrationError, fitTemperature, reliabilityOf } from './calibration.ts';
import type { Unseen } from './cross-validate.ts';
import { averagePrecision, deviation, mean, measure } from './metrics.ts';

/** One row of values per item, for the baseline of nearest neighbours. */
export interface PlainRows {
  rows: Float32Array;
  dims: number;
}

export interface Split {
  test: number[];
  others: number[];
}

export const NEIGHBOURS = 5;
/** Where the largest class has so many times the tracks of the smallest, a sentence says so. */
const IMBALANCE = 3;
const FEW_TRACKS = 10;

type Scores = Pick<
  EvaluationReport,
  'classes' | 'confusion' | 'folds' | 'accuracy' | 'macroF1' | 'balancedAccuracy' | 'baselines'
>;

/** How good what was foretold unseen is, next to what needs no learning. */
export function scoreUnseen(lesson: Lesson, { foldOf, outputs }: Unseen, plain: PlainRows): Scores {
  const { classes, classNames } = lesson;
  const probabilities = outputs.map((row) => probabilitiesOf(row));
  const found = probabilities.map(largest);
  const whole = measure(classes, found, classNames.length);
  const folds = foldsIn(foldOf).map((items) => ({
    ...scoreOf(items, classes, found, classNames.length),
    size: items.length,
  }));
  return {
    classes: whole.perClass.map((own, c) => ({
      name: classNames[c],
      ...own,
      averagePrecision: averagePrecision(
        Array.from(classes, (of) => of === c),
        probabilities.map((row) => row[c]),
      ),
    })),
    confusion: whole.confusion,
    folds,
    accuracy: spread(folds.map(({ accuracy }) => accuracy)),
    macroF1: spread(folds.map(({ macroF1 }) => macroF1)),
    balancedAccuracy: whole.balancedAccuracy,
    baselines: scoreBaselines(lesson, foldOf, plain),
  };
}

const spread = (values: number[]) => ({ mean: mean(values), deviation: deviation(values) });

/** The items of each fold. */
function foldsIn(foldOf: Int32Array): number[][] {
  const items = Map.groupBy(foldOf.keys(), (item) => foldOf[item]);
  return [...items].sort(([a], [b]) => a - b).map(([, own]) => own);
}

/** Of each fold its items, to be tested, and those of all others. */
export function splitsIn(foldOf: Int32Array): Split[] {
  return foldsIn(foldOf).map((test) => ({
    test,
    others: [...foldOf.keys()].filter((item) => foldOf[item] !== foldOf[test[0]]),
  }));
}

function scoreOf(
  items: number[],
  classes: Int32Array,
  found: ArrayLike<number>,
  classCount: number,
): PlainScore {
  const { accuracy, macroF1 } = measure(
    items.map((item) => classes[item]),
    items.map((item) => found[item]),
    classCount,
  );
  return { accuracy, macroF1 };
}

/** On the very same folds. */
function scoreBaselines(
  { classes, classNames }: Lesson,
  foldOf: Int32Array,
  { rows, dims }: PlainRows,
): Scores['baselines'] {
  const majority = new Int32Array(classes.length);
  const nearest = new Int32Array(classes.length);
  for (const { test, others } of splitsIn(foldOf)) {
    const most = majorityOf(classes, others, classNames.length);
    const near = nearestClasses(rows, dims, classes, others, test, NEIGHBOURS);
    test.forEach((item, i) => {
      majority[item] = most;
      nearest[item] = near[i];
    });
  }
  const all = [...classes.keys()];
  return {
    majority: scoreOf(all, classes, majority, classNames.length),
    neighbours: scoreOf(all, classes, nearest, classNames.length),
  };
}

/** Of the items together, for comparison. */
export function plainScore({ classes, classNames }: Lesson, { outputs }: Unseen): PlainScore {
  const found = outputs.map((row) => largest(probabilitiesOf(row)));
  return scoreOf([...classes.keys()], classes, found, classNames.length);
}

/** Every fold is calibrated by the others, so that no track is judged by itself. */
export function scoreCertainty(
  { classes }: Lesson,
  { foldOf, outputs }: Unseen,
): Pick<EvaluationReport, 'calibration' | 'sureness'> {
  const plain = outputs.map((row) => probabilitiesOf(row));
  const calibrated = plain.slice();
  for (const { test, others } of splitsIn(foldOf)) {
    const temperature = fitTemperature(
      others.map((item) => outputs[item]),
      others.map((item) => classes[item]),
    );
    for (const item of test) calibrated[item] = probabilitiesOf(outputs[item], temperature);
  }
  const bins = reliabilityOf(calibrated, classes);
  return {
    calibration: {
      temperature: fitTemperature(outputs, classes),
      errorBefore: calibrationError(reliabilityOf(plain, classes)),
      errorAfter: calibrationError(bins),
      bins,
    },
    sureness: Array.from({ length: 20 }, (_, i) => surenessAt(i / 20, calibrated, classes)),
  };
}

function surenessAt(threshold: number, probabilities: Float64Array[], classes: Int32Array) {
  const sure = [...classes.keys()].filter((item) => Math.max(...probabilities[item]) >= threshold);
  const right = sure.filter((item) => largest(probabilities[item]) === classes[item]).length;
  const accuracy = sure.length === 0 ? null : right / sure.length;
  return { threshold, coverage: sure.length / Math.max(1, classes.length), accuracy };
}

/** What a person should know before believing the scores. */
export function warningsOf(lesson: Lesson, scores: Scores, groupWord: string): string[] {
  const warnings: string[] = [];
  const byCount = scores.classes.toSorted((a, b) => b.count - a.count);
  const [most, least] = [byCount[0], byCount[byCount.length - 1]];
  if (most.count > IMBALANCE * least.count) {
    warnings.push(
      `The classes are uneven: ${most.count} tracks are ${most.name}, ${least.count} are ${least.name}. ` +
        'Macro F1 and balanced accuracy count every class the same.',
    );
  }
  warnings.push(...fewTracksWarning(scores.classes), ...singleGroupWarnings(lesson, groupWord));
  const { majority, neighbours } = scores.baselines;
  if (scores.accuracy.mean <= majority.accuracy) {
    warnings.push('It is no better than always saying the most frequent class.');
  } else if (scores.accuracy.mean < neighbours.accuracy) {
    warnings.push('Asking the five nearest tracks does better than what was learned.');
  }
  return warnings;
}

export function fewTracksWarning(classes: { name: string; count: number }[]): string[] {
  const few = classes.filter(({ count }) => count < FEW_TRACKS);
  if (few.length === 0) return [];
  const names = few.map(({ name, count }) => `${name} (${count})`).join(', ');
  return [`These have few tracks, so that their scores may be far off: ${names}.`];
}

export function singleGroupWarnings(
  { answers, groups, classNames }: Lesson,
  groupWord: string,
): string[] {
  return classNames.flatMap((name, c) => {
    const own = new Set([...groups].filter((_, item) => answers[item].includes(c)));
    return own.size === 1
      ? [`All of ${name} is one ${groupWord}, so it is never foretold without having been seen.`]
      : [];
  });
}
