import { join } from 'node:path';
import type { FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { WritableDb } from '../database/room.ts';
import { storedVersion } from '../embedding/room.ts';
import type { Labels } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import {
  allClassifiers,
  classifierById,
  deleteClassifier,
  insertClassifier,
  learnedBytes,
  lessonsOf,
} from './classifier-table.ts';
import { MFCC_MODEL } from './contract.ts';
import type {
  Classifier,
  classifierCalls,
  ClassifierEvents,
  TrainingProgress,
  TrainRequest,
} from './contract.ts';
import { judgeCorrections } from './corrections.ts';
import { knownItems, recordingsOfTracks } from './item-table.ts';
import type { KnownItem } from './item-table.ts';
import { foretoldUnseen, listPredictions, rankAll } from './predictions.ts';
import type { RankedItem } from './predictions.ts';
import { prepareLesson } from './prepare-lesson.ts';
import type { PreparedLesson } from './prepare-lesson.ts';
import type {
  ClassifierWorkerTable,
  ExampleSource,
  Item,
  Learned,
  TrainJob,
} from './worker-table.ts';

export interface ClassifiersDeps {
  db: WritableDb;
  databasePath: string;
  host: Host;
  labels: Labels;
  ffmpeg(): Promise<FfmpegSearch>;
  filePathOf(trackId: number): Buffer | null;
  /** Rows of the library's list, in the order of the ids. */
  trackRows(ids: number[]): TrackRow[];
}

/** Learns labels from what was heard, foretells and explains them; everything in a process that may be stopped. */
export interface Classifiers {
  calls: Handlers<typeof classifierCalls>;
  events: Emitter<ClassifierEvents>;
  close(): void;
}

/** Nothing is learned from what was itself foretold. */
const TRUSTED = ['hand', 'csv', 'folder', 'tags'] as const;

export function createClassifiers(deps: ClassifiersDeps): Classifiers {
  const { db, databasePath, host, labels, trackRows } = deps;
  const events = new Emitter<ClassifierEvents>();
  const fork = () => host.forkWorker('classifiers');
  const training = new WorkerCalls<ClassifierWorkerTable>(fork);
  const asking = new WorkerCalls<ClassifierWorkerTable>(fork);
  let isTraining = false;

  function existing(id: number): Classifier {
    const found = classifierById(db, id);
    if (!found) throw new AppError('not-found', 'This classifier is no longer there.');
    return found;
  }

  function versionOf(model: string): string {
    if (model === MFCC_MODEL) return '1';
    const version = storedVersion(db, model);
    if (version !== null) return version;
    throw new AppError('unavailable', `No track has been heard by the model ${model} yet.`);
  }

  const itemsHeardBy = (model: string, version: string): KnownItem[] =>
    knownItems(db, model === MFCC_MODEL ? null : { model, version });

  async function sourceOf(
    { model, settings }: TrainRequest,
    version: string,
  ): Promise<ExampleSource> {
    if (model !== MFCC_MODEL) {
      return { kind: 'vectors', databasePath, model: { model, version } };
    }
    const { ffmpeg, message } = await deps.ffmpeg();
    if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
    const { clipSeconds: seconds, mostClips } = settings.network;
    const wasm = join(host.paths.resources, 'wasm', 'ingest.wasm');
    return { kind: 'clips', ffmpeg, wasm, seconds, mostClips };
  }

  const toItem = ({ recordingId, trackId, durationSeconds }: KnownItem): Item => ({
    recordingId,
    path: deps.filePathOf(trackId),
    durationSeconds,
  });

  /** One value per recording, of the surest source that is not a model. */
  function labelsByRecording(
    set: string,
    sources: readonly ('hand' | 'csv' | 'folder' | 'tags')[] = TRUSTED,
  ): Map<number, string> {
    const recordingOf = recordingsOfTracks(db);
    const result = new Map<number, string>();
    for (const [trackId, [value]] of labels.labelsOf(set, sources)) {
      const recordingId = recordingOf.get(trackId);
      if (recordingId !== undefined && !result.has(recordingId)) result.set(recordingId, value);
    }
    return result;
  }

  function prepare(request: TrainRequest): PreparedLesson {
    const heard = itemsHeardBy(request.model, versionOf(request.model));
    return prepareLesson(labelsByRecording(request.set), heard, request);
  }

  async function jobOf(request: TrainRequest, lesson: PreparedLesson): Promise<TrainJob> {
    const { classNames, classes, groups, grouping, cautions, folds } = lesson;
    return {
      source: await sourceOf(request, versionOf(request.model)),
      items: lesson.items.map(toItem),
      classes,
      groups,
      classNames,
      grouping,
      cautions,
      algorithm: request.algorithm,
      settings: { ...request.settings, folds },
    };
  }

  async function train(request: TrainRequest): Promise<Classifier> {
    const { set, algorithm, model } = request;
    if (model === MFCC_MODEL && algorithm === 'gbt') {
      throw new AppError('bad-input', 'Trees learn from embeddings. Choose a network for clips.');
    }
    const setId = labels.setNamed(set).id;
    const lesson = prepare(request);
    if (lesson.preparation.problem) throw new AppError('bad-input', lesson.preparation.problem);
    if (isTraining)
      throw new AppError('busy', 'A classifier is learning. Wait for it or cancel it.');
    isTraining = true;
    const report = (progress: Partial<TrainingProgress>): void =>
      events.emit('classifiers.progressed', {
        state: 'running',
        set,
        algorithm,
        model,
        stage: 'reading',
        fraction: 0,
        step: 0,
        trainingLoss: null,
        validationLoss: null,
        message: null,
        ...progress,
      });
    try {
      report({});
      const trained = await training.call('train', await jobOf(request, lesson), report);
      const { recordingIds, classes, outputs } = trained;
      const id = insertClassifier(db, {
        setId,
        algorithm,
        model,
        modelVersion: versionOf(model),
        settings: request.settings,
        classes: lesson.classNames,
        report: trained.report,
        lessons: { recordingIds, classes, outputs },
        learned: trained.learned,
        createdAt: new Date().toISOString(),
      });
      report({ state: 'done', stage: 'final', fraction: 1 });
      events.emit('classifiers.changed', { classifierId: id });
      return existing(id);
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      report({ state: code === 'cancelled' ? 'cancelled' : 'failed', message });
      throw thrown;
    } finally {
      isTraining = false;
      training.stop(); // Vectors and sessions would stay in its memory.
    }
  }

  const requestOf = ({ set, model, algorithm, settings }: Classifier): TrainRequest => ({
    set,
    model,
    algorithm,
    settings,
  });

  const learnedOf = (classifier: Classifier): Learned => ({
    bytes: learnedBytes(db, classifier.id),
    algorithm: classifier.algorithm,
    classNames: classifier.classes,
    temperature: classifier.report.calibration.temperature,
  });

  /** Every recording that was heard, with what is foretold of it. */
  async function rankLibrary(classifier: Classifier): Promise<RankedItem[]> {
    const items = itemsHeardBy(classifier.model, classifier.modelVersion);
    const lessons = lessonsOf(db, classifier.id);
    const learnedFrom = new Set(lessons.recordingIds);
    const others = items.filter(({ recordingId }) => !learnedFrom.has(recordingId));
    const answer = await asking.call('predict', {
      source: await sourceOf(requestOf(classifier), classifier.modelVersion),
      items: others.map(toItem),
      learned: learnedOf(classifier),
    });
    return rankAll(classifier, items, lessons, answer, labelsByRecording(classifier.set));
  }

  async function storePredictions(id: number): Promise<{ stored: number; unsure: number }> {
    const classifier = existing(id);
    const ranked = await rankLibrary(classifier);
    const unlabelled = ranked.filter(({ label }) => label === null);
    const sure = unlabelled.filter(({ isUnsure }) => !isUnsure);
    labels.replaceSource(
      classifier.set,
      'predicted',
      sure.map(({ trackId, first }) => ({
        trackId,
        value: first.name,
        confidence: first.probability,
      })),
    );
    return { stored: sure.length, unsure: unlabelled.length - sure.length };
  }

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
    const { recordingIds, classes } = lessonsOf(db, id);
    const source = await sourceOf(requestOf(classifier), classifier.modelVersion);
    const trackOf = new Map(
      itemsHeardBy(classifier.model, classifier.modelVersion).map((item) => [
        item.recordingId,
        item.trackId,
      ]),
    );
    const known = { recordingIds, classes };
    return { source, learned: learnedOf(classifier), known, output, trackOf };
  }

  /** Labels by hand that the classifier did not learn, or learned otherwise. */
  function correctionsOf(classifier: Classifier): { items: KnownItem[]; classes: number[] } {
    const byHand = labelsByRecording(classifier.set, ['hand']);
    const { recordingIds, classes } = lessonsOf(db, classifier.id);
    const learned = new Map(recordingIds.map((id, i) => [id, classifier.classes[classes[i]]]));
    const items = itemsHeardBy(classifier.model, classifier.modelVersion).filter(
      ({ recordingId }) => {
        const value = byHand.get(recordingId);
        return (
          value !== undefined &&
          value !== learned.get(recordingId) &&
          classifier.classes.includes(value)
        );
      },
    );
    const numbers = items.map((item) => classifier.classes.indexOf(byHand.get(item.recordingId)!));
    return { items, classes: numbers };
  }

  async function learnCorrections(id: number) {
    const classifier = existing(id);
    const corrections = correctionsOf(classifier);
    const count = corrections.items.length;
    if (count === 0) return { count, before: null, after: null, classifier: null };
    const request = requestOf(classifier);
    const before = prepareLesson(
      labelsAsLearned(classifier),
      itemsHeardBy(classifier.model, classifier.modelVersion),
      request,
    );
    const scores = await judgeCorrections({
      job: await jobOf(request, before),
      learned: learnedOf(classifier),
      corrections: { ...corrections, items: corrections.items.map(toItem) },
      worker: asking,
    });
    return { count, ...scores, classifier: await train(request) };
  }

  function labelsAsLearned(classifier: Classifier): Map<number, string> {
    const { recordingIds, classes } = lessonsOf(db, classifier.id);
    return new Map(recordingIds.map((id, i) => [id, classifier.classes[classes[i]]]));
  }

  return {
    events,
    close: () => {
      training.stop();
      asking.stop();
    },
    calls: {
      'classifiers.list': () => allClassifiers(db),
      'classifiers.prepare': (request) => prepare(request).preparation,
      'classifiers.train': train,
      'classifiers.cancel': () => {
        training.stop();
        asking.stop();
      },
      'classifiers.remove': ({ classifierId }) => {
        deleteClassifier(db, existing(classifierId).id);
        events.emit('classifiers.changed', { classifierId });
      },
      'classifiers.listPredictions': async ({ classifierId, ...query }) =>
        listPredictions(await rankLibrary(existing(classifierId)), query, trackRows),
      'classifiers.storePredictions': ({ classifierId }) => storePredictions(classifierId),
      'classifiers.explain': async ({ classifierId, class: className }) => {
        const { trackOf, ...input } = await explainable(classifierId, className);
        const { recordingIds, ...answer } = await asking.call('explain', input);
        return {
          ...answer,
          class: className,
          trackIds: recordingIds.map((id) => trackOf.get(id)!),
        };
      },
      'classifiers.explainDependence': async ({ classifierId, class: className, component }) => {
        const { trackOf, ...input } = await explainable(classifierId, className);
        const answer = await asking.call('explainDependence', { ...input, component });
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
        const answer = await asking.call('explainTrack', { ...input, databasePath, recordingId });
        const { classes, report } = existing(classifierId);
        const unseen = foretoldUnseen(lessonsOf(db, classifierId), classes, report, recordingId);
        return { ...answer, trackId, unseen };
      },
      'classifiers.countCorrections': ({ classifierId }) => ({
        count: correctionsOf(existing(classifierId)).items.length,
      }),
      'classifiers.learnCorrections': ({ classifierId }) => learnCorrections(classifierId),
    },
  };
}
