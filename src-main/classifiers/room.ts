import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import { onBestDevice, OneTraining } from '../training/room.ts';
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
  PresentEvaluation,
  TrainingProgress,
  TrainRequest,
} from './contract.ts';
import type { NewLabel } from '../labels/room.ts';
import { findCorrections, judgeCorrections, namesLearned } from './corrections.ts';
import { evaluateNow } from './evaluate-now.ts';
import { explanationCalls } from './explain/calls.ts';
import type { KnownItem } from './item-table.ts';
import { openKnownLibrary } from './known-library.ts';
import type { ClassifiersDeps } from './known-library.ts';
import { listPredictions, rankAll, toLabels } from './predictions.ts';
import type { RankedItem } from './predictions.ts';
import { prepareLesson } from './prepare-lesson.ts';
import type { PreparedLesson } from './prepare-lesson.ts';
import { calibrationOf } from './verdict.ts';
import type {
  ClassifierWorkerTable,
  Learned,
  Trained,
  TrainingNews,
  TrainJob,
} from './worker-table.ts';

/** Learns labels from what was heard, foretells and explains them; everything in a process that may be stopped. */
export interface Classifiers {
  calls: Handlers<typeof classifierCalls>;
  events: Emitter<ClassifierEvents>;
  close(): void;
}

/** More trees than for so many labels nobody would wait for. */
const MOST_TREES = 50;

type Foretold = ClassifierWorkerTable['predict']['output'];

export function createClassifiers(deps: ClassifiersDeps): Classifiers {
  const { db, databasePath, host, labels, trackRows } = deps;
  const library = openKnownLibrary(deps);
  const events = new Emitter<ClassifierEvents>();
  const fork = () => host.forkWorker('classifiers');
  const training = new WorkerCalls<ClassifierWorkerTable>(fork);
  const asking = new WorkerCalls<ClassifierWorkerTable>(fork);
  const one = new OneTraining('A classifier is learning. Wait for it or cancel it.', () =>
    training.stop(),
  );
  let foretold: { key: string; answer: Foretold } | null = null;

  function existing(id: number): Classifier {
    const found = classifierById(db, id);
    if (!found) throw new AppError('not-found', 'This classifier is no longer there.');
    return found;
  }

  async function trainOne(request: TrainRequest): Promise<Classifier> {
    const { set, algorithm, model } = request;
    const setId = labels.setNamed(set).id;
    const lesson = prepared(request);
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
        device: null,
        message: null,
        ...progress,
      });
    return one.run(async (signal) => {
      report({});
      const trained = await learn(await library.jobOf(request, lesson), report, signal);
      const { recordingIds, answers, outputs } = trained;
      const id = insertClassifier(db, {
        setId,
        algorithm,
        model,
        modelVersion: library.versionOf(model),
        settings: request.settings,
        classes: lesson.classNames,
        report: trained.report,
        lessons: { recordingIds, answers, outputs },
        learned: trained.learned,
        createdAt: new Date().toISOString(),
      });
      report({ state: 'done', stage: 'final', fraction: 1 });
      events.emit('classifiers.changed', { classifierId: id });
      return existing(id);
    }, report);
  }

  /** Trees tell one thing apart: of several labels each has trees of its own. */
  async function train(request: TrainRequest): Promise<Classifier[]> {
    const { isSeveral, preparation } = prepared(request);
    if (!isSeveral || request.algorithm !== 'gbt') return [await trainOne(request)];
    const asked = preparation.classes.toSorted((a, b) => b.count - a.count).slice(0, MOST_TREES);
    const made: Classifier[] = [];
    for (const { name: only } of asked) {
      made.push(await trainOne({ ...request, settings: { ...request.settings, only } }));
    }
    return made;
  }

  /** @throws AppError `bad-input` where nothing can be learned */
  function prepared(request: TrainRequest): PreparedLesson {
    if (request.model === MFCC_MODEL && request.algorithm === 'gbt') {
      throw new AppError('bad-input', 'Trees learn from embeddings. Choose a network for clips.');
    }
    const lesson = library.prepare(request);
    if (lesson.preparation.problem) throw new AppError('bad-input', lesson.preparation.problem);
    return lesson;
  }

  /** Trees grow on the processor; networks are trained where inference would compute. */
  async function learn(
    job: TrainJob,
    onNews: (news: TrainingNews) => void,
    signal: AbortSignal,
  ): Promise<Trained> {
    signal.throwIfAborted();
    if (job.algorithm === 'gbt') return training.call('train', job, onNews);
    return onBestDevice({
      inference: deps.inference,
      signal,
      stop: () => training.stop(),
      train: (device, isAlive) =>
        training.call('train', { ...job, device }, (news) => {
          isAlive();
          onNews(news);
        }),
    });
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
    calibration: calibrationOf(classifier),
  });

  /** Every recording that was heard, with what is foretold of it. */
  async function rankLibrary(
    classifier: Classifier,
    items = library.itemsHeardBy(classifier.model, classifier.modelVersion),
  ): Promise<RankedItem[]> {
    const lessons = lessonsOf(db, classifier.id);
    const learnedFrom = new Set(lessons.recordingIds);
    const others = items.filter(({ recordingId }) => !learnedFrom.has(recordingId));
    const answer = await foretellOnce(classifier, others);
    return rankAll(classifier, items, lessons, answer, library.labelsByRecording(classifier));
  }

  /** What was foretold last is kept, so that turning pages does not hear the library again. */
  async function foretellOnce(classifier: Classifier, items: KnownItem[]): Promise<Foretold> {
    const key = [classifier.id, ...items.map(({ recordingId }) => recordingId)].join(' ');
    if (foretold?.key === key) return foretold.answer;
    const answer = await asking.call('predict', {
      source: await library.sourceOf(classifier, classifier.modelVersion),
      items: items.map(library.toItem),
      learned: learnedOf(classifier),
    });
    foretold = { key, answer };
    return answer;
  }

  async function storePredictions(id: number): Promise<{ stored: number; unsure: number }> {
    const classifier = existing(id);
    const ranked = await rankLibrary(classifier);
    const unlabelled = ranked.filter((item) => item.labels === null);
    const sure = unlabelled.filter(({ isUnsure }) => !isUnsure);
    const { only } = classifier.settings;
    // By yes or no, a no is no label, and what was foretold of other values of the set stays.
    const found = sure.filter(({ said }) => only === null || said.includes(only));
    const others = only === null ? [] : predictedOthers(classifier.set, only);
    labels.replaceSource(classifier.set, 'predicted', [...others, ...found.flatMap(toLabels)]);
    return { stored: found.length, unsure: unlabelled.length - sure.length };
  }

  function predictedOthers(set: string, only: string): NewLabel[] {
    const all = [...labels.fullLabelsOf(set, ['predicted'])].flatMap(([trackId, own]) =>
      own.map(({ value, confidence }) => ({ trackId, value, confidence })),
    );
    return all.filter(({ value }) => value !== only);
  }

  async function evaluate(classifier: Classifier): Promise<PresentEvaluation> {
    const items = library.itemsHeardBy(classifier.model, classifier.modelVersion);
    const ranked = await rankLibrary(classifier, items);
    return evaluateNow(classifier, ranked, items, lessonsOf(db, classifier.id));
  }

  const correctionsOf = (classifier: Classifier) =>
    findCorrections(
      classifier.classes,
      namesLearned(lessonsOf(db, classifier.id), classifier.classes),
      library.labelsByRecording(classifier, ['hand']),
      library.itemsHeardBy(classifier.model, classifier.modelVersion),
    );

  async function learnCorrections(id: number) {
    const classifier = existing(id);
    const corrections = correctionsOf(classifier);
    const count = corrections.items.length;
    if (count === 0) return { count, before: null, after: null, classifier: null };
    const request = requestOf(classifier);
    const before = prepareLesson(
      namesLearned(lessonsOf(db, id), classifier.classes),
      library.itemsHeardBy(classifier.model, classifier.modelVersion),
      classifier.report.kind === 'several',
      request,
    );
    const scores = await judgeCorrections({
      job: await library.jobOf(request, before),
      learned: learnedOf(classifier),
      corrections: { ...corrections, items: corrections.items.map(library.toItem) },
      worker: asking,
    });
    return { count, ...scores, classifier: await trainOne(request) };
  }

  const explanations = explanationCalls({
    db,
    databasePath,
    library,
    worker: asking,
    existing,
    learnedOf,
  });

  return {
    events,
    close: () => {
      training.stop();
      asking.stop();
    },
    calls: {
      'classifiers.list': () => allClassifiers(db),
      'classifiers.prepare': (request) => library.prepare(request).preparation,
      'classifiers.train': train,
      'classifiers.cancel': () => {
        one.cancel();
        asking.stop();
      },
      'classifiers.remove': ({ classifierId }) => {
        deleteClassifier(db, existing(classifierId).id);
        events.emit('classifiers.changed', { classifierId });
      },
      'classifiers.listPredictions': async ({ classifierId, ...query }) =>
        listPredictions(await rankLibrary(existing(classifierId)), query, trackRows),
      'classifiers.storePredictions': ({ classifierId }) => storePredictions(classifierId),
      'classifiers.evaluate': ({ classifierId }) => evaluate(existing(classifierId)),
      ...explanations,
      'classifiers.countCorrections': ({ classifierId }) => ({
        count: correctionsOf(existing(classifierId)).items.length,
      }),
      'classifiers.learnCorrections': ({ classifierId }) => learnCorrections(classifierId),
    },
  };
}
