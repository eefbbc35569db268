import type { WorkerCalls } from '../base/worker-calls.ts';
import type { Lessons } from './classifier-table.ts';
import { dealFolds } from './evaluation/folds.ts';
import type { KnownItem } from './item-table.ts';
import { calibrate, saidIn } from './verdict.ts';
import type { ClassifierWorkerTable, Item, Learned, TrainJob } from './worker-table.ts';

const MOST_FOLDS = 5;

/** What each recording was called when it was learned from. */
export const namesLearned = (
  { recordingIds, answers }: Pick<Lessons, 'recordingIds' | 'answers'>,
  names: string[],
): Map<number, string[]> =>
  new Map(recordingIds.map((id, i) => [id, answers[i].map((c) => names[c])]));

interface Corrections<Corrected> {
  items: Corrected[];
  /** Numbers of the classes that each was given. */
  answers: number[][];
}

/** Labels by hand of known classes that were not learned, or learned otherwise. */
export function findCorrections(
  names: string[],
  learned: ReadonlyMap<number, string[]>,
  byHand: ReadonlyMap<number, string[]>,
  heard: KnownItem[],
): Corrections<KnownItem> {
  const answersOf = (id: number): number[] =>
    (byHand.get(id) ?? []).map((name) => names.indexOf(name)).filter((c) => c >= 0);
  const items = heard.filter(({ recordingId }) => {
    const given = byHand.get(recordingId);
    const isOfNone = given?.length === 0;
    const own = answersOf(recordingId).map((c) => names[c]);
    if (own.length === 0 && !isOfNone) return false;
    const before = learned.get(recordingId);
    return before?.length !== own.length || own.some((name) => !before.includes(name));
  });
  return { items, answers: items.map(({ recordingId }) => answersOf(recordingId)) };
}

export interface CorrectionJob {
  /** What the classifier learned from before. */
  job: TrainJob;
  learned: Learned;
  corrections: Corrections<Item>;
  worker: WorkerCalls<ClassifierWorkerTable>;
}

/**
 * What correcting changes, judged on corrections that were held out: before is what the classifier says of
 * them; after, each fold is foretold by what was learned from the others too. One correction alone
 * cannot be held out, so that it has no after.
 * @returns see `Correction`
 */
export async function judgeCorrections({
  job,
  learned,
  corrections: { items, answers },
  worker,
}: CorrectionJob): Promise<{ before: number; after: number | null }> {
  const { calibration } = learned;
  const old = await worker.call('predict', { source: job.source, items, learned });
  const answersOf = new Map(items.map(({ recordingId }, i) => [recordingId, answers[i]]));
  const scoreOf = (ids: number[], rows: ArrayLike<number>[]): number =>
    agreement(
      ids.map((id) => answersOf.get(id)!),
      rows.map((row) => saidIn(row, calibration)),
    );
  const before = scoreOf(old.recordingIds, old.probabilities);
  if (items.length < 2) return { before, after: null };
  const folds = Math.min(MOST_FOLDS, items.length);
  const strata = answers.map(([first]) => first ?? job.classNames.length);
  const foldOf = dealFolds(strata, [...items.keys()], folds, job.settings.seed);
  const [ids, rows]: [number[], ArrayLike<number>[]] = [[], []];
  for (let fold = 0; fold < folds; fold++) {
    const taught = [...items.keys()].filter((i) => foldOf[i] !== fold);
    const asked = items.filter((_, i) => foldOf[i] === fold);
    const answer = await worker.call('learn', { ...withItems(job, items, answers, taught), asked });
    ids.push(...answer.recordingIds);
    rows.push(...answer.outputs.map((output) => calibrate(output, calibration)));
  }
  return { before, after: scoreOf(ids, rows) };
}

/** F1 over all answers: where each has one, the share that is right. */
function agreement(truth: number[][], said: number[][]): number {
  const both = truth.flatMap((own, i) => own.filter((c) => said[i].includes(c))).length;
  const all = truth.flat().length + said.flat().length;
  return all === 0 ? 0 : (2 * both) / all;
}

/** The job without all that was corrected, and with the corrections of these numbers. */
function withItems(job: TrainJob, items: Item[], answers: number[][], taught: number[]): TrainJob {
  const corrected = new Set(items.map(({ recordingId }) => recordingId));
  const kept = [...job.items.keys()].filter((i) => !corrected.has(job.items[i].recordingId));
  const nextGroup = job.groups.reduce((most, group) => Math.max(most, group), 0) + 1;
  return {
    ...job,
    items: [...kept.map((i) => job.items[i]), ...taught.map((i) => items[i])],
    answers: [...kept.map((i) => job.answers[i]), ...taught.map((i) => answers[i])],
    groups: Int32Array.from([
      ...kept.map((i) => job.groups[i]),
      ...taught.map((i) => nextGroup + i),
    ]),
  };
}
