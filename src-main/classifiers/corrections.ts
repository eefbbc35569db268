import type { WorkerCalls } from '../base/worker-calls.ts';
import type { Lessons } from './classifier-table.ts';
import { dealFolds } from './evaluation/folds.ts';
import type { KnownItem } from './item-table.ts';
import { largest, probabilitiesOf } from './probabilities.ts';
import type { ClassifierWorkerTable, Item, Learned, TrainJob } from './worker-table.ts';

const MOST_FOLDS = 5;

/** What each recording was called when it was learned from. */
export const namesLearned = (
  { recordingIds, classes }: Pick<Lessons, 'recordingIds' | 'classes'>,
  names: string[],
): Map<number, string> => new Map(recordingIds.map((id, i) => [id, names[classes[i]]]));

/** Labels by hand of known classes that were not learned, or learned otherwise; as numbers of the classes. */
export function findCorrections(
  names: string[],
  learned: ReadonlyMap<number, string>,
  byHand: ReadonlyMap<number, string>,
  heard: KnownItem[],
): { items: KnownItem[]; classes: number[] } {
  const items = heard.filter(({ recordingId }) => {
    const value = byHand.get(recordingId);
    return value !== undefined && value !== learned.get(recordingId) && names.includes(value);
  });
  return { items, classes: items.map((item) => names.indexOf(byHand.get(item.recordingId)!)) };
}

export interface CorrectionJob {
  /** What the classifier learned from before. */
  job: TrainJob;
  learned: Learned;
  corrections: { items: Item[]; classes: number[] };
  worker: WorkerCalls<ClassifierWorkerTable>;
}

/**
 * What correcting changes, judged on corrections that were held out: before is what the classifier says of
 * them; after, each fold is foretold by what was learned from the others too. One correction alone
 * cannot be held out, so that it has no after.
 * @returns shares that were foretold, 0 to 1
 */
export async function judgeCorrections({
  job,
  learned,
  corrections: { items, classes },
  worker,
}: CorrectionJob): Promise<{ before: number; after: number | null }> {
  const old = await worker.call('predict', { source: job.source, items, learned });
  const classOf = new Map(items.map(({ recordingId }, i) => [recordingId, classes[i]]));
  const shareRight = (ids: number[], rows: ArrayLike<number>[]): number => {
    const right = rows.filter((row, i) => largest(row) === classOf.get(ids[i]));
    return rows.length === 0 ? 0 : right.length / rows.length;
  };
  const before = shareRight(old.recordingIds, old.probabilities);
  if (items.length < 2) return { before, after: null };
  const folds = Math.min(MOST_FOLDS, items.length);
  const foldOf = dealFolds(classes, [...items.keys()], folds, job.settings.seed);
  const [ids, rows]: [number[], ArrayLike<number>[]] = [[], []];
  for (let fold = 0; fold < folds; fold++) {
    const taught = [...items.keys()].filter((i) => foldOf[i] !== fold);
    const asked = items.filter((_, i) => foldOf[i] === fold);
    const answer = await worker.call('learn', { ...withItems(job, items, classes, taught), asked });
    ids.push(...answer.recordingIds);
    rows.push(...answer.outputs.map((output) => probabilitiesOf(output)));
  }
  return { before, after: shareRight(ids, rows) };
}

/** The job without all that was corrected, and with the corrections of these numbers. */
function withItems(job: TrainJob, items: Item[], classes: number[], taught: number[]): TrainJob {
  const corrected = new Set(items.map(({ recordingId }) => recordingId));
  const kept = [...job.items.keys()].filter((i) => !corrected.has(job.items[i].recordingId));
  const nextGroup = job.groups.reduce((most, group) => Math.max(most, group), 0) + 1;
  return {
    ...job,
    items: [...kept.map((i) => job.items[i]), ...taught.map((i) => items[i])],
    classes: Int32Array.from([
      ...kept.map((i) => job.classes[i]),
      ...taught.map((i) => classes[i]),
    ]),
    groups: Int32Array.from([
      ...kept.map((i) => job.groups[i]),
      ...taught.map((i) => nextGroup + i),
    ]),
  };
}
