import { AppError } from '../base/errors.ts';
import type { EvaluationReport, TrainingProgress } from './contract.ts';
import { crossValidate } from './evaluation/cross-validate.ts';
import type { Unseen } from './evaluation/cross-validate.ts';
import { plainScore, scoreCertainty, scoreUnseen, warningsOf } from './evaluation/report.ts';
import type { PlainRows } from './evaluation/report.ts';
import { scoreSeveral, severalWarnings } from './evaluation/several.ts';
import type { Examples, Learn, Lesson, StepProgress } from './learner.ts';
import { networkLearner } from './network-model.ts';
import { strataOf, TrainingDevice } from '../training/room.ts';
import { plainRows, readExamples } from './read-examples.ts';
import { treeLearner } from './trees/tree-model.ts';
import type {
  ClassifierWorkerTable,
  Item,
  Trained,
  TrainingNews,
  TrainJob,
} from './worker-table.ts';

const READING_PART = 0.3;
/** Rounds may last a millisecond; a window draws each piece of news. */
const NEWS_MILLISECONDS = 200;

/**
 * Evaluates by cross-validation, then learns from everything.
 * @throws AppError `bad-input` where fewer than two classes can be heard
 */
export async function trainClassifier(
  job: TrainJob,
  onNews: (news: TrainingNews) => void,
): Promise<Trained> {
  const sendNews = seldom(onNews);
  const begun = performance.now();
  const readingPart = job.source.kind === 'clips' ? READING_PART : 0;
  const { lesson, examples, items } = await readLesson(job, (fraction) =>
    sendNews({ ...newsOf('reading', fraction * readingPart, null), device: null }),
  );
  const device = new TrainingDevice(job.device.provider, job.device.why);
  const learn = learnerOf(job, examples, lesson, device);
  const { folds, seed } = job.settings;
  const isOfNetwork = job.algorithm !== 'gbt';
  const leak = leakOf(job, lesson, examples, device);
  const parts = folds + (leak?.folds ?? 0) + 1;
  const tell =
    (stage: TrainingProgress['stage'], first: number) =>
    (part: number, progress: StepProgress): void => {
      const done = (first + part + progress.step / progress.steps) / parts;
      const news = newsOf(stage, readingPart + (1 - readingPart) * done, progress);
      sendNews({ ...news, device: isOfNetwork ? device.trainedOn : null });
    };
  const unseen = await crossValidate(learn, lesson, folds, seed, tell('folds', 0));
  const leaky = leak && (await leak.score(tell('comparison', folds)));
  const curve: EvaluationReport['curve'] = [];
  const fitted = await learn([...items.keys()], (progress) => {
    const { step, trainingLoss, validationLoss } = progress;
    curve.push({ step, trainingLoss, validationLoss });
    tell('final', parts - 1)(0, progress);
  });
  const learned = fitted.toBytes();
  await fitted.release();
  return {
    learned,
    report: reportOf(job, lesson, unseen, plainRows(examples, items.length), leaky, {
      explained: fitted.explained,
      curve,
      trainedOn: isOfNetwork ? device.trainedOn : null,
      seconds: (performance.now() - begun) / 1000,
    }),
    recordingIds: items.map(({ recordingId }) => recordingId),
    answers: lesson.answers,
    outputs: unseen.outputs.map((row) => [...row]),
  };
}

function reportOf(
  { grouping, cautions }: TrainJob,
  lesson: Lesson,
  unseen: Unseen,
  plain: PlainRows,
  leaky: EvaluationReport['leaky'],
  { explained, ...made }: Pick<EvaluationReport, 'explained' | 'curve' | 'trainedOn' | 'seconds'>,
): Trained['report'] {
  const about = {
    ...made,
    trackCount: lesson.answers.length,
    grouping,
    groupCount: new Set(lesson.groups).size,
  };
  if (lesson.isSeveral) {
    const scores = scoreSeveral(lesson, unseen, plain);
    const warnings = [...cautions, ...severalWarnings(lesson, scores, grouping)];
    return { kind: 'several', ...about, ...scores, warnings };
  }
  const scores = scoreUnseen(lesson, unseen, plain);
  return {
    kind: 'one',
    ...about,
    ...scores,
    ...scoreCertainty(lesson, unseen),
    leaky,
    whyNotLeaky: leaky ? null : whyNotLeaky(grouping),
    explained,
    warnings: [...cautions, ...warningsOf(lesson, scores, grouping)],
  };
}

/** Learns once from everything and foretells other items, as far as they can be heard. */
export async function learnAndForetell(
  job: ClassifierWorkerTable['learn']['input'],
): Promise<ClassifierWorkerTable['learn']['output']> {
  const { lesson, examples, items } = await readLesson(job);
  const other = await readExamples(job.source, job.asked);
  const both = joinExamples(examples, items.length, other.examples);
  const device = new TrainingDevice(job.device.provider, job.device.why);
  const fitted = await learnerOf(job, both, lesson, device)([...items.keys()], () => {});
  const outputs = await fitted.outputsOf(other.heard.map((_, i) => items.length + i));
  await fitted.release();
  return {
    recordingIds: other.heard.map((i) => job.asked[i].recordingId),
    outputs: outputs.map((row) => [...row]),
  };
}

/** Passes on what comes a while after the last. */
function seldom(onNews: (news: TrainingNews) => void): (news: TrainingNews) => void {
  let last = -Infinity;
  return (news) => {
    if (performance.now() - last < NEWS_MILLISECONDS) return;
    last = performance.now();
    onNews(news);
  };
}

function newsOf(
  stage: TrainingProgress['stage'],
  fraction: number,
  progress: StepProgress | null,
): Omit<TrainingNews, 'device'> {
  const { step = 0, trainingLoss = null, validationLoss = null } = progress ?? {};
  return { stage, fraction, step, trainingLoss, validationLoss };
}

async function readLesson(
  job: TrainJob,
  onRead?: (fraction: number) => void,
): Promise<{ lesson: Lesson; examples: Examples; items: Item[] }> {
  const { heard, examples } = await readExamples(job.source, job.items, onRead);
  const { classNames, isSeveral } = job;
  const answers = heard.map((i) => job.answers[i]);
  const single = (): Int32Array => Int32Array.from(answers, ([only]) => only);
  const lesson = {
    classNames,
    answers,
    isSeveral,
    classes: isSeveral ? strataOf(answers, classNames.length) : single(),
    groups: Int32Array.from(heard, (i) => job.groups[i]),
  };
  if (new Set(lesson.classes).size < 2) {
    throw new AppError(
      'bad-input',
      'Tracks of at least two classes must be heard before learning.',
    );
  }
  return { lesson, examples, items: heard.map((i) => job.items[i]) };
}

function learnerOf(
  { algorithm, settings }: TrainJob,
  examples: Examples,
  lesson: Lesson,
  device: TrainingDevice,
): Learn {
  return algorithm === 'gbt'
    ? treeLearner(examples, lesson, settings)
    : networkLearner(algorithm, examples, lesson, settings, device);
}

interface Leak {
  folds: number;
  score(
    onStep: (fold: number, progress: StepProgress) => void,
  ): Promise<NonNullable<EvaluationReport['leaky']>>;
}

/**
 * The split that others would have made: clips of a track, or tracks of an album, on both sides. Null where there is
 * none, and of several labels.
 */
function leakOf(
  job: TrainJob,
  lesson: Lesson,
  examples: Examples,
  device: TrainingDevice,
): Leak | null {
  if (job.isSeveral) return null;
  const { folds, seed } = job.settings;
  const hasClips = examples.itemOf.length > lesson.classes.length;
  const hasGroups = new Set(lesson.groups).size < lesson.classes.length;
  if (!hasClips && !hasGroups) return null;
  const single = hasClips ? clipsAsItems(lesson, examples) : { lesson, examples };
  const alone = { ...single.lesson, groups: Int32Array.from(single.lesson.classes.keys()) };
  const learn = learnerOf(job, single.examples, alone, device);
  const mixes = hasClips
    ? 'clips of one track stand on both sides'
    : `tracks of one ${job.grouping} stand on both sides`;
  return {
    folds,
    score: async (onStep) => {
      const unseen = await crossValidate(learn, alone, folds, seed, onStep);
      return { ...plainScore(alone, unseen), mixes };
    },
  };
}

function whyNotLeaky(grouping: TrainJob['grouping']): string {
  const single = 'Each track is a single example, so that none can stand on both sides of a test';
  return grouping === 'track'
    ? `${single}, and there is no careless test to compare with. Only tracks of one album or artist can; keep these together to see what that is worth.`
    : `${single}, and no two share an ${grouping}: a careless test would be this very test.`;
}

function clipsAsItems(lesson: Lesson, examples: Examples): { lesson: Lesson; examples: Examples } {
  const answers = Array.from(examples.itemOf, (item) => lesson.answers[item]);
  const classes = examples.itemOf.map((item) => lesson.classes[item]);
  const itemOf = Int32Array.from(classes.keys());
  return {
    lesson: { ...lesson, answers, classes, groups: itemOf },
    examples: { ...examples, itemOf },
  };
}

/** The second's items are counted on from the first's. */
function joinExamples(first: Examples, firstCount: number, second: Examples): Examples {
  const inputs = new Float32Array(first.inputs.length + second.inputs.length);
  inputs.set(first.inputs);
  inputs.set(second.inputs, first.inputs.length);
  const itemOf = Int32Array.from([
    ...first.itemOf,
    ...second.itemOf.map((item) => firstCount + item),
  ]);
  return { inputs, shape: first.shape, itemOf };
}
