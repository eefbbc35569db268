import type { NewLabel } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import type { Lessons } from './classifier-table.ts';
import type { Candidate, Classifier, Prediction } from './contract.ts';
import { rank } from './explain/explain-trees.ts';
import type { KnownItem } from './item-table.ts';
import { probabilitiesOf } from './probabilities.ts';

/** What is foretold of a recording. */
export interface RankedItem {
  trackId: number;
  recordingId: number;
  first: Candidate;
  second: Candidate;
  isUnsure: boolean;
  label: string | null;
}

/**
 * Joins what was foretold unseen of the recordings that were learned from with what is foretold of the
 * others.
 */
export function rankAll(
  { classes, settings, report }: Pick<Classifier, 'classes' | 'settings' | 'report'>,
  items: KnownItem[],
  lessons: Lessons,
  others: { recordingIds: number[]; probabilities: number[][] },
  labels: ReadonlyMap<number, string>,
): RankedItem[] {
  const known = new Map<number, ArrayLike<number>>();
  lessons.recordingIds.forEach((id, i) =>
    known.set(id, probabilitiesOf(lessons.outputs[i], report.calibration.temperature)),
  );
  others.recordingIds.forEach((id, i) => known.set(id, others.probabilities[i]));
  return items.flatMap(({ trackId, recordingId }) => {
    const probabilities = known.get(recordingId);
    if (!probabilities) return [];
    const [first, second] = rank(probabilities, classes);
    const isUnsure = first.probability < settings.unsureBelow;
    const label = labels.get(recordingId) ?? null;
    return [{ trackId, recordingId, first, second, isUnsure, label }];
  });
}

/** What cross-validation said of a recording, the likeliest first; null where it was not learned from. */
export function foretoldUnseen(
  { recordingIds, outputs }: Lessons,
  classes: string[],
  { calibration }: Classifier['report'],
  recordingId: number,
): Candidate[] | null {
  const at = recordingIds.indexOf(recordingId);
  return at < 0 ? null : rank(probabilitiesOf(outputs[at], calibration.temperature), classes);
}

/** The likeliest value as a label. */
export const toLabel = ({ trackId, first }: RankedItem): NewLabel => ({
  trackId,
  value: first.name,
  confidence: first.probability,
});

interface PredictionQuery {
  order: 'unsure' | 'sure';
  which: 'all' | 'labelled' | 'unlabelled' | 'wrong';
  class?: string;
  offset: number;
  limit: number;
}

/** The boundary first, or last: where the two candidates are the nearest to one another. */
export function listPredictions(
  ranked: RankedItem[],
  { order, which, class: className, offset, limit }: PredictionQuery,
  trackRows: (ids: number[]) => TrackRow[],
): { total: number; predictions: Prediction[] } {
  const isWanted = ({ label, first }: RankedItem): boolean =>
    (which === 'all' ||
      (which === 'unlabelled' && label === null) ||
      (which === 'labelled' && label !== null) ||
      (which === 'wrong' && label !== null && label !== first.name)) &&
    (className === undefined || className === first.name);
  const lead = ({ first, second }: RankedItem): number => first.probability - second.probability;
  const sign = order === 'unsure' ? 1 : -1;
  const wanted = ranked
    .filter(isWanted)
    .sort((a, b) => sign * (lead(a) - lead(b)) || a.trackId - b.trackId);
  const page = wanted.slice(offset, offset + limit);
  const rowOf = new Map(trackRows(page.map(({ trackId }) => trackId)).map((row) => [row.id, row]));
  const predictions = page.flatMap(({ trackId, first, second, isUnsure, label }) => {
    const track = rowOf.get(trackId);
    return track ? [{ track, first, second, isUnsure, label }] : [];
  });
  return { total: wanted.length, predictions };
}
