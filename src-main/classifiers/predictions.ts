import type { NewLabel } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import type { Lessons } from './classifier-table.ts';
import type { Candidate, Classifier, Prediction } from './contract.ts';
import { rank } from './explain/explain-trees.ts';
import type { KnownItem } from './item-table.ts';
import { calibrate, calibrationOf, saidIn } from './verdict.ts';
import type { Calibration } from './verdict.ts';

/** What is foretold of a recording. */
export interface RankedItem extends Omit<Prediction, 'track'> {
  trackId: number;
  recordingId: number;
  /** How far it is from being said otherwise, 0 to 1. */
  lead: number;
}

/**
 * Joins what was foretold unseen of the recordings that were learned from with what is foretold of the
 * others.
 */
export function rankAll(
  classifier: Pick<Classifier, 'classes' | 'settings' | 'report'>,
  items: KnownItem[],
  lessons: Lessons,
  others: { recordingIds: number[]; probabilities: number[][] },
  labels: ReadonlyMap<number, string[]>,
): RankedItem[] {
  const calibration = calibrationOf(classifier);
  const known = new Map<number, ArrayLike<number>>();
  lessons.recordingIds.forEach((id, i) =>
    known.set(id, calibrate(lessons.outputs[i], calibration)),
  );
  others.recordingIds.forEach((id, i) => known.set(id, others.probabilities[i]));
  const judge = calibration.kind === 'one' ? judgeOne : judgeSeveral;
  return items.flatMap(({ trackId, recordingId }) => {
    const probabilities = known.get(recordingId);
    if (!probabilities) return [];
    const said = saidIn(probabilities, calibration).map((c) => classifier.classes[c]);
    const verdict = judge(classifier, probabilities, said, calibration);
    const own = labels.get(recordingId) ?? null;
    const isRight = own && isAlike(own, said, classifier.classes);
    return [{ trackId, recordingId, said, labels: own, isRight, ...verdict }];
  });
}

type Verdict = Pick<RankedItem, 'candidates' | 'isUnsure' | 'lead'>;
type Judged = Pick<Classifier, 'classes' | 'settings'>;

function judgeOne({ classes, settings }: Judged, probabilities: ArrayLike<number>): Verdict {
  const [first, second] = rank(probabilities, classes);
  const isUnsure = first.probability < settings.unsureBelow;
  return { candidates: [first, second], isUnsure, lead: first.probability - second.probability };
}

/** All that are said and the likeliest that is not. */
function judgeSeveral(
  { classes }: Judged,
  probabilities: ArrayLike<number>,
  said: string[],
  calibration: Calibration,
): Verdict {
  const ranked = rank(probabilities, classes);
  const isSaid = ({ name }: Candidate): boolean => said.includes(name);
  const next = ranked.find((candidate) => !isSaid(candidate));
  const rules = calibration.kind === 'several' ? calibration.rules : [];
  return {
    candidates: [...ranked.filter(isSaid), ...(next ? [next] : [])],
    isUnsure: said.length === 0,
    lead: Math.min(...rules.map(({ threshold }, c) => Math.abs(probabilities[c] - threshold))),
  };
}

/** What cross-validation said of a recording, the likeliest first; null where it was not learned from. */
export function foretoldUnseen(
  { recordingIds, outputs }: Lessons,
  classifier: Pick<Classifier, 'classes' | 'report'>,
  recordingId: number,
): Candidate[] | null {
  const at = recordingIds.indexOf(recordingId);
  return at < 0
    ? null
    : rank(calibrate(outputs[at], calibrationOf(classifier)), classifier.classes);
}

/** What is said of it as labels. */
export const toLabels = ({ trackId, said, candidates }: RankedItem): NewLabel[] =>
  candidates
    .filter(({ name }) => said.includes(name))
    .map(({ name, probability }) => ({ trackId, value: name, confidence: probability }));

/** Labels that the classifier does not know are left alone, unless there are no others. */
function isAlike(labels: string[], said: string[], classes: readonly string[]): boolean {
  const known = labels.filter((label) => classes.includes(label));
  if (known.length === 0 && labels.length > 0) return false;
  return known.length === said.length && known.every((label) => said.includes(label));
}

interface PredictionQuery {
  order: 'unsure' | 'sure';
  which: 'all' | 'labelled' | 'unlabelled' | 'wrong';
  offset: number;
  limit: number;
}

/** The boundary first, or last: where what is said would change the soonest. */
export function listPredictions(
  ranked: RankedItem[],
  { order, which, offset, limit }: PredictionQuery,
  trackRows: (ids: number[]) => TrackRow[],
): { total: number; predictions: Prediction[] } {
  const isWanted = ({ isRight }: RankedItem): boolean =>
    which === 'all' ||
    (which === 'unlabelled' && isRight === null) ||
    (which === 'labelled' && isRight !== null) ||
    (which === 'wrong' && isRight === false);
  const sign = order === 'unsure' ? 1 : -1;
  const wanted = ranked
    .filter(isWanted)
    .sort((a, b) => sign * (a.lead - b.lead) || a.trackId - b.trackId);
  const page = wanted.slice(offset, offset + limit);
  const rowOf = new Map(trackRows(page.map(({ trackId }) => trackId)).map((row) => [row.id, row]));
  const predictions = page.flatMap((item) => {
    const track = rowOf.get(item.trackId);
    const { candidates, said, isUnsure, labels, isRight } = item;
    return track ? [{ track, candidates, said, isUnsure, labels, isRight }] : [];
  });
  return { total: wanted.length, predictions };
}
