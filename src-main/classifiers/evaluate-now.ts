import type { Lessons } from './classifier-table.ts';
import type { Classifier, PresentEvaluation, PresentScore } from './contract.ts';
import { mean, measure } from './evaluation/metrics.ts';
import type { KnownItem } from './item-table.ts';
import type { RankedItem } from './predictions.ts';
import { groupKey } from './prepare-lesson.ts';

/**
 * Judges what is foretold of the library by its labels as they are now. Nothing is judged by a model that
 * learned from it: tracks of the lessons are foretold unseen, and of the others those are left out that share
 * an album or artist with the lessons where the classifier keeps these together.
 * @param ranked see `rankAll`
 * @param items the same recordings
 */
export function evaluateNow(
  { classes, report: { grouping } }: Pick<Classifier, 'classes' | 'report'>,
  ranked: RankedItem[],
  items: KnownItem[],
  lessons: Pick<Lessons, 'recordingIds'>,
): PresentEvaluation {
  const learnedFrom = new Set(lessons.recordingIds);
  const keyOf = new Map(items.map((item) => [item.recordingId, groupKey(item, grouping)]));
  const learnedKeys = new Set(lessons.recordingIds.map((id) => keyOf.get(id)));
  const labelled = ranked.filter(({ labels }) => labels !== null);
  const known = labelled.filter(
    ({ labels }) => labels!.length === 0 || labels!.some((label) => classes.includes(label)),
  );
  const since = known.filter(({ recordingId }) => !learnedFrom.has(recordingId));
  const fresh = since.filter(({ recordingId }) => !learnedKeys.has(keyOf.get(recordingId)));
  return {
    learned: scoreOf(
      known.filter(({ recordingId }) => learnedFrom.has(recordingId)),
      classes,
    ),
    fresh: scoreOf(fresh, classes),
    relatedCount: since.length - fresh.length,
    unknownCount: labelled.length - known.length,
  };
}

function scoreOf(judged: RankedItem[], classes: string[]): PresentScore | null {
  if (judged.length === 0) return null;
  const scores = classes.map((name) => {
    const truth = judged.map(({ labels }) => Number(labels!.includes(name)));
    const found = judged.map(({ said }) => Number(said.includes(name)));
    return { name, ...measure(truth, found, 2).perClass[1] };
  });
  return {
    trackCount: judged.length,
    accuracy: judged.filter(({ isRight }) => isRight).length / judged.length,
    macroF1: mean(scores.filter(({ count }) => count > 0).map(({ f1 }) => f1)),
    classes: scores,
  };
}
