import { AppError } from '../../base/errors.ts';
import { trainRequest } from '../../classifiers/contract.ts';
import type {
  Candidate,
  ClassScore,
  Classifier,
  EvaluationReport,
  LabelScore,
  PresentEvaluation,
  PresentScore,
  Prediction,
  SeveralReport,
} from '../../classifiers/contract.ts';
import type { App } from '../../app.ts';
import { PROVIDER_NAMES } from '../../inference/contract.ts';
import { trainedOnWords } from '../../training/contract.ts';
import type { Command } from './command.ts';
import { countOption, numberOption, parseInput, plural, UsageError } from './command.ts';
import { findTrack } from './library-verbs.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `classify train|evaluate|predict|explain`: what `--label`, `--model` and `--algorithm` name. */
export async function classifyVerb(app: App, command: Command): Promise<number> {
  const [what, ...words] = command.words;
  if (what === 'train') return train(app, command);
  if (what === 'evaluate') return evaluate(app, command);
  if (what === 'predict') return predict(app, command, words);
  if (what === 'explain') return explain(app, command, words);
  throw new UsageError('Say what to do: classify train, evaluate, predict or explain.');
}

/** `boundary`: the least certain tracks, each with its two candidates. */
export async function boundaryVerb(app: App, command: Command): Promise<number> {
  const limit = countOption(command.options);
  return printPredictions(app, command, { order: 'unsure', which: 'all', limit });
}

function requestOf({ options }: Command) {
  const { label, model, algorithm, only } = options;
  if (typeof label !== 'string') throw new UsageError('Name a set of labels: --label genre.');
  const seed = numberOption(options, 'seed');
  return parseInput(trainRequest, {
    set: label,
    model: typeof model === 'string' ? model : undefined,
    algorithm: algorithm as 'gbt' | undefined,
    settings: { seed, only: typeof only === 'string' ? only : null },
  });
}

/** The newest of the set and its question, and of the model and algorithm where these are named. */
async function newest(app: App, { options }: Command): Promise<Classifier> {
  const { label, model, algorithm, only = null } = options;
  if (typeof label !== 'string') throw new UsageError('Name a set of labels: --label genre.');
  const all = await app.calls['classifiers.list']({});
  const found = all.find(
    (one) =>
      one.set.toLowerCase() === label.toLowerCase() &&
      one.settings.only === only &&
      (model === undefined || one.model === model) &&
      (algorithm === undefined || one.algorithm === algorithm),
  );
  if (found) return found;
  if (only === null && all.some((one) => one.set.toLowerCase() === label.toLowerCase())) {
    const why = `${label} was learned label by label, or by another model: name one by --only, --model or --algorithm.`;
    throw new AppError('not-found', why);
  }
  throw new AppError(
    'not-found',
    `Nothing was learned of ${label} yet: classify train --label ${label}.`,
  );
}

async function train(app: App, command: Command): Promise<number> {
  app.events.on('classifiers.progressed', ({ fraction, device }) => {
    const where = device ? ` on ${PROVIDER_NAMES[device.provider]}` : '';
    command.progress(`Learning${where}: ${Math.round(100 * fraction)} %`);
  });
  const made = await app.calls['classifiers.train'](requestOf(command));
  if (made.length === 1) command.print(made[0], reportLines(made[0]));
  else command.print(made, eachLines(made));
  return 0;
}

/** How well the trees of each label tell it, and the mean. */
function eachLines(made: Classifier[]): string[] {
  const scores = made.flatMap(({ settings, report }) =>
    (report.classes as (ClassScore & { averagePrecision: number })[]).filter(
      ({ name }) => name === settings.only,
    ),
  );
  const mean = (of: (score: (typeof scores)[number]) => number): string =>
    (scores.reduce((sum, score) => sum + of(score), 0) / scores.length).toFixed(2);
  const [f1, precision] = [mean((own) => own.f1), mean((own) => own.averagePrecision)];
  return [...classLines(scores), `Mean: F1 ${f1}, average precision ${precision}`];
}

/** The scores of the newest classifier, and how it does on the labels of today. */
async function evaluate(app: App, command: Command): Promise<number> {
  const known = await newest(app, command);
  const now = await app.calls['classifiers.evaluate']({ classifierId: known.id });
  command.print({ ...known, now }, [...reportLines(known), '', ...presentLines(now)]);
  return 0;
}

function presentLines({ learned, fresh, relatedCount, unknownCount }: PresentEvaluation): string[] {
  const line = (what: string, { trackCount, accuracy, macroF1 }: PresentScore): string =>
    `${what}: ${plural(trackCount, 'track')}, accuracy ${percent(accuracy)}, macro F1 ${macroF1.toFixed(3)}`;
  return [
    'By the labels of the library as they are now:',
    ...(learned ? [line('Learned from, foretold unseen', learned)] : []),
    ...(fresh
      ? [line('Labelled since, never seen', fresh), ...classLines(fresh.classes)]
      : [
          'No track that it knows a label for was labelled since, so there are none it has not seen.',
        ]),
    ...(relatedCount > 0
      ? [`${relatedCount} labelled since are no test: it learned from the same album or artist.`]
      : []),
    ...(unknownCount > 0 ? [`${unknownCount} have a label that it does not know.`] : []),
  ];
}

const classLines = (classes: (ClassScore & { averagePrecision?: number })[]): string[] =>
  classes.map(
    ({ name, count, precision, recall, f1, averagePrecision }) =>
      `  ${name}: ${plural(count, 'track')}, precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, F1 ${f1.toFixed(2)}` +
      (averagePrecision === undefined ? '' : `, average precision ${averagePrecision.toFixed(2)}`),
  );

function reportLines({ report, set, settings, algorithm, model, version }: Classifier): string[] {
  const question = settings.only === null ? set : `${set}, ${settings.only} or not,`;
  return [
    `${question} by ${algorithm} on ${model}, version ${version}: ${plural(report.trackCount, 'track')}, ${plural(report.classes.length, 'label')}.`,
    ...(report.kind === 'several' ? severalLines(report) : scoreLines(report)),
    ...report.warnings,
    ...(report.trainedOn ? [trainedOnWords(report.trainedOn)] : []),
  ];
}

function severalLines({ means, foldCount, grouping, classes, calibrationError }: SeveralReport) {
  const line = (name: string, of: 'own' | 'neighbours' | 'always'): string =>
    `${name} average precision ${means[of].averagePrecision.toFixed(3)}, F1 ${means[of].f1.toFixed(3)}`;
  return [
    `Each label by yes or no, learned together; means over the labels, over ${foldCount} folds kept apart by ${grouping}:`,
    line('Learned   ', 'own'),
    line('Nearest 5 ', 'neighbours'),
    line('Always yes', 'always'),
    `Certainty  ${percent(calibrationError)} off on average`,
    ...classes.flatMap((own) => [
      ...classLines([own]),
      `    ${own.threshold < 1 ? `given from ${percent(own.threshold)} on` : 'never given'}; ${besideLine(own)}`,
    ]),
  ];
}

const besideLine = ({ neighbours, always }: LabelScore): string =>
  `average precision of the five nearest ${neighbours.averagePrecision.toFixed(2)}, of always yes ${always.averagePrecision.toFixed(2)}`;

function scoreLines(report: EvaluationReport): string[] {
  const { accuracy, macroF1, baselines, leaky, whyNotLeaky } = report;
  return [
    `Accuracy   ${percent(accuracy.mean)} ± ${percent(accuracy.deviation)} over ${report.folds.length} folds kept apart by ${report.grouping}`,
    `Macro F1   ${macroF1.mean.toFixed(3)} ± ${macroF1.deviation.toFixed(3)}`,
    `Baselines  majority ${percent(baselines.majority.accuracy)}, five nearest tracks ${percent(baselines.neighbours.accuracy)}`,
    ...(leaky
      ? [`A split where ${leaky.mixes} would have claimed ${percent(leaky.accuracy)}.`]
      : [whyNotLeaky!]),
    `Certainty  ${percent(report.calibration.errorAfter)} off on average, ${percent(report.calibration.errorBefore)} before it was calibrated`,
    ...classLines(report.classes),
  ];
}

/** Without a track it stores what is foretold as labels. */
async function predict(app: App, command: Command, [word]: string[]): Promise<number> {
  if (word !== undefined) {
    return printPredictions(app, command, { order: 'sure', which: 'all', limit: 500, word });
  }
  const { id: classifierId } = await newest(app, command);
  const answer = await app.calls['classifiers.storePredictions']({ classifierId });
  command.print(answer, [
    `${plural(answer.stored, 'track')} labelled, ${answer.unsure} left out as unsure.`,
  ]);
  return 0;
}

async function printPredictions(
  app: App,
  command: Command,
  query: { order: 'unsure' | 'sure'; which: 'all'; limit: number; word?: string },
): Promise<number> {
  const { word, ...rest } = query;
  const { id: classifierId } = await newest(app, command);
  const wanted = word === undefined ? null : await findTrack(app, word);
  const found: Prediction[] = [];
  for (let offset = 0; ; offset += rest.limit) {
    const page = { classifierId, ...rest, limit: Math.min(500, rest.limit), offset };
    const { total, predictions } = await app.calls['classifiers.listPredictions'](page);
    found.push(...predictions.filter(({ track }) => wanted === null || track.id === wanted));
    if (wanted === null || found.length > 0 || offset + rest.limit >= total) break;
  }
  if (found.length === 0) {
    const why = 'This track was not heard: it still waits, or its file cannot be read.';
    throw new AppError('unavailable', why);
  }
  command.print(found, found.map(predictionLine));
  return 0;
}

function predictionLine({ track, candidates, said, isUnsure, labels }: Prediction): string {
  const name = `${track.artist ? `${track.artist} – ` : ''}${track.title}`;
  const words = (some: Candidate[]): string =>
    some.map((one) => `${one.name} ${percent(one.probability)}`).join(', ');
  const isSaid = (one: Candidate): boolean => said.includes(one.name);
  const likely = words(candidates.filter(isSaid)) || 'none';
  const next = words(candidates.filter((one) => !isSaid(one)));
  const known = labels === null ? '' : ` (labelled ${labels.join(', ') || 'with none'})`;
  return `${track.id}  ${name}: ${likely}${next && `; next ${next}`}${isUnsure ? ', unsure' : ''}${known}`;
}

async function explain(app: App, command: Command, [word]: string[]): Promise<number> {
  const { id: classifierId } = await newest(app, command);
  const trackId = await findTrack(app, word);
  const answer = await app.calls['classifiers.explainTrack']({ classifierId, trackId });
  command.print(answer, [
    `${answer.class}, ${percent(answer.probability)}`,
    ...answer.sentences,
    `Expected log odds ${answer.base.toFixed(3)}`,
    ...answer.parts.map(
      ({ name, makeup, contribution }) =>
        `  ${contribution >= 0 ? '+' : ''}${contribution.toFixed(3)}  ${name}${makeup ? ` (${makeup})` : ''}`,
    ),
    `Log odds ${answer.margin.toFixed(3)}`,
  ]);
  return 0;
}
