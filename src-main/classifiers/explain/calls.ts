import type { Handlers } from '../../base/contract.ts';
import { AppError } from '../../base/errors.ts';
import type { WorkerCalls } from '../../base/worker-calls.ts';
import type { ReadableDb } from '../../database/room.ts';
import { lessonsOf } from '../classifier-table.ts';
import type { Classifier, classifierCalls } from '../contract.ts';
import { recordingsOfTracks } from '../../library/room.ts';
import type { KnownLibrary } from '../known-library.ts';
import { foretoldUnseen } from '../predictions.ts';
import type { ClassifierWorkerTable, Learned } from '../worker-table.ts';

export interface ExplanationDeps {
  db: ReadableDb;
  databasePath: string;
  library: KnownLibrary;
  worker: WorkerCalls<ClassifierWorkerTable>;
  /** @throws AppError `not-found` */
  existing(classifierId: number): Classifier;
  learnedOf(classifier: Classifier): Learned;
}

type ExplanationName =
  'classifiers.explain' | 'classifiers.explainDependence' | 'classifiers.explainTrack';

/** The calls that say why; recordings become tracks on the way. */
export function explanationCalls({
  db,
  databasePath,
  library,
  worker,
  existing,
  learnedOf,
}: ExplanationDeps): Pick<Handlers<typeof classifierCalls>, ExplanationName> {
  /** What explanations are made from; trees only. */
  async function explainable(id: number, className: string | null) {
    const classifier = existing(id);
    if (classifier.algorithm !== 'gbt') {
      throw new AppError(
        'unsupported',
        'Only trees can be explained exactly. Train trees on this set.',
      );
    }
    const output = className === null ? 0 : classifier.classes.indexOf(className);
    if (output < 0) throw new AppError('not-found', `This classifier knows no ${className}.`);
    const { recordingIds, answers } = lessonsOf(db, id);
    const source = await library.sourceOf(classifier, classifier.modelVersion);
    const trackOf = new Map(
      library
        .itemsHeardBy(classifier.model, classifier.modelVersion)
        .map((item) => [item.recordingId, item.trackId]),
    );
    const known = { recordingIds, classes: answers.flat() };
    return { source, learned: learnedOf(classifier), known, output, trackOf };
  }

  return {
    'classifiers.explain': async ({ classifierId, class: className }) => {
      const { trackOf, ...input } = await explainable(classifierId, className);
      const { recordingIds, ...answer } = await worker.call('explain', input);
      return {
        ...answer,
        class: className,
        trackIds: recordingIds.map((id) => trackOf.get(id)!),
      };
    },
    'classifiers.explainDependence': async ({ classifierId, class: className, component }) => {
      const { trackOf, ...input } = await explainable(classifierId, className);
      const answer = await worker.call('explainDependence', { ...input, component });
      const points = answer.points.map(({ recordingId, ...point }) => ({
        ...point,
        trackId: trackOf.get(recordingId)!,
      }));
      return { ...answer, class: className, points };
    },
    'classifiers.explainTrack': async ({ classifierId, trackId }) => {
      const recordingId = recordingsOfTracks(db).get(trackId);
      const { trackOf, ...input } = await explainable(classifierId, null);
      if (recordingId === undefined || !trackOf.has(recordingId)) {
        throw new AppError('unavailable', 'This track has not been heard by that model yet.');
      }
      const answer = await worker.call('explainTrack', { ...input, databasePath, recordingId });
      const lessons = lessonsOf(db, classifierId);
      const unseen = foretoldUnseen(lessons, existing(classifierId), recordingId);
      return { ...answer, trackId, unseen };
    },
  };
}
