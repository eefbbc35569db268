import type { LabelScore, SeveralReport } from '../contract.ts';
import type { Lesson } from '../learner.ts';
import { sigmoidAt } from '../verdict.ts';
import type { LabelRule } from '../verdict.ts';
import { nearestItems } from './baselines.ts';
import { calibrationError, fitSigmoid, reliabilityOf } from './calibration.ts';
import type { Unseen } from './cross-validate.ts';
import { averagePrecision, mean, measure } from './metrics.ts';
import { fewTracksWarning, NEIGHBOURS, singleGroupWarnings, splitsIn } from './report.ts';
import type { PlainRows, Split } from './report.ts';

/** What no track reaches. */
const NEVER = 1;

/** How good what was foretold unseen of several labels is, next to what needs no learning. */
export function scoreSeveral(
  lesson: Lesson,
  { foldOf, outputs }: Unseen,
  plain: PlainRows,
): Pick<SeveralReport, 'classes' | 'foldCount' | 'means' | 'calibrationError'> {
  const splits = splitsIn(foldOf);
  const near = sharesNearby(lesson, splits, plain);
  const answers: { isOf: boolean[]; probabilities: Float64Array }[] = [];
  const classes = lesson.classNames.map((name, c): LabelScore => {
    const isOf = lesson.answers.map((own) => own.includes(c));
    const own = outputs.map((row) => row[c]);
    const { probabilities, said } = foretellByOthers(own, isOf, splits);
    answers.push({ isOf, probabilities });
    return {
      name,
      ...yesMetrics(isOf, said),
      averagePrecision: averagePrecision(isOf, probabilities),
      neighbours: scoreOf(isOf, near[c]),
      always: scoreOf(isOf, new Float64Array(isOf.length).fill(1)),
      ...findRule(own, isOf),
    };
  });
  const certainty = answers.flatMap(({ probabilities }) =>
    Array.from(probabilities, (yes) => Float64Array.of(1 - yes, yes)),
  );
  const truth = answers.flatMap(({ isOf }) => isOf.map(Number));
  return {
    classes,
    foldCount: splits.length,
    means: {
      own: meanOf(classes),
      neighbours: meanOf(classes.map(({ neighbours }) => neighbours)),
      always: meanOf(classes.map(({ always }) => always)),
    },
    calibrationError: calibrationError(reliabilityOf(certainty, truth)),
  };
}

const meanOf = (scores: { averagePrecision: number; f1: number }[]) => ({
  averagePrecision: mean(scores.map((own) => own.averagePrecision)),
  f1: mean(scores.map(({ f1 }) => f1)),
});

/** Every fold's probabilities and thresholds are set by the others, so that no track sets its own. */
function foretellByOthers(outputs: number[], isOf: boolean[], splits: Split[]) {
  const probabilities = new Float64Array(outputs.length);
  const said = new Array<boolean>(outputs.length).fill(false);
  for (const { test, others } of splits) {
    const { sigmoid, threshold } = findRule(
      others.map((item) => outputs[item]),
      others.map((item) => isOf[item]),
    );
    for (const item of test) {
      probabilities[item] = sigmoidAt(outputs[item], sigmoid);
      said[item] = probabilities[item] >= threshold;
    }
  }
  return { probabilities, said };
}

/** A label that is told no better than by chance is never given. */
function findRule(outputs: number[], isOf: boolean[]): LabelRule {
  const sigmoid = fitSigmoid(outputs, isOf);
  const probabilities = outputs.map((output) => sigmoidAt(output, sigmoid));
  const threshold = sigmoid.slope > 0 ? bestThreshold(probabilities, isOf) : NEVER;
  return { sigmoid, threshold };
}

/**
 * From which probability on a yes gives the highest F1, half way to the next lower one; the highest of equally good
 * ones. More than any where nothing is of the label.
 */
export function bestThreshold(probabilities: readonly number[], isOf: readonly boolean[]): number {
  const order = [...isOf.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const total = isOf.filter(Boolean).length;
  let [right, best, threshold] = [0, 0, NEVER];
  order.forEach((item, i) => {
    if (isOf[item]) right++;
    const next = i + 1 < order.length ? probabilities[order[i + 1]] : 0;
    if (next === probabilities[item]) return;
    const f1 = (2 * right) / (i + 1 + total);
    if (f1 > best) [best, threshold] = [f1, (probabilities[item] + next) / 2];
  });
  return threshold;
}

function yesMetrics(isOf: readonly boolean[], said: readonly boolean[]) {
  return measure(isOf.map(Number), said.map(Number), 2).perClass[1];
}

const scoreOf = (isOf: readonly boolean[], shares: Float64Array) => ({
  averagePrecision: averagePrecision(isOf, shares),
  f1: yesMetrics(
    isOf,
    Array.from(shares, (share) => share >= 0.5),
  ).f1,
});

/** Of every label and item: the share of the nearest tracks of the other folds that carry it. */
function sharesNearby({ answers, classNames }: Lesson, splits: Split[], plain: PlainRows) {
  const shares = classNames.map(() => new Float64Array(answers.length));
  for (const { test, others } of splits) {
    const nearest = nearestItems(plain.rows, plain.dims, others, test, NEIGHBOURS);
    test.forEach((item, i) => {
      for (const other of nearest[i]) {
        for (const c of answers[other]) shares[c][item] += 1 / nearest[i].length;
      }
    });
  }
  return shares;
}

/** What a person should know before believing the scores. */
export function severalWarnings(
  lesson: Lesson,
  { classes, means }: Pick<SeveralReport, 'classes' | 'means'>,
  groupWord: string,
): string[] {
  const chance = classes.filter(({ sigmoid }) => sigmoid.slope <= 0).map(({ name }) => name);
  const names = chance.join(', ');
  return [
    ...fewTracksWarning(classes),
    ...singleGroupWarnings(lesson, groupWord),
    ...(chance.length > 0
      ? [`These are told no better than by chance, and are never given to a track: ${names}.`]
      : []),
    ...(means.own.averagePrecision < means.neighbours.averagePrecision
      ? ['Asking the five nearest tracks does better than what was learned.']
      : []),
  ];
}
