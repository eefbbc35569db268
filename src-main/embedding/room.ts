import type { SampleSinks } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import type { PlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Log } from '../base/log.ts';
import type { WritableDb } from '../database/room.ts';
import { FEATURES_MODEL } from '../features/room.ts';
import type { Inference } from '../inference/room.ts';
import type { InstalledModel } from '../models/room.ts';
import type { Settings } from '../settings/contract.ts';
import { ActiveModel } from './active-model.ts';
import type { embeddingCalls, EmbeddingEvents, ModelProgress, ModelTrial } from './contract.ts';
import { forgetFailures, saveFailure } from './failure-table.ts';
import { Listening } from './listening.ts';
import type { Heard } from './listening.ts';
import { countMissing, modelsMissing } from './missing-table.ts';
import { saveSpeed, setWanted, speedOf, wantedModels } from './model-table.ts';
import { hearTrack } from './hear-track.ts';
import { openEmbedding } from './open-embedding.ts';
import { featuresProgress, progressOf } from './progress.ts';
import { saveHeard } from './save-heard.ts';
import { deleteAllSegments } from './segment-table.ts';
import type { PooledTrack } from './track-pool.ts';
import { deleteVectors, storedModels } from './vector-table.ts';
import type { ModelVersion } from './vector-table.ts';

/** Front door: the vectors of every model, keyed by what was heard (recording), model and version. */
export { FrameStream } from './front-end/frame-stream.ts';
export { librosaMel } from './front-end/librosa-mel.ts';
export { makeMelBands } from './front-end/mel-bands.ts';
export type { MelBands } from './front-end/mel-bands.ts';
export { MelFrames } from './front-end/mel-frames.ts';
export { SegmentMaker } from './front-end/segments.ts';
export type { SegmentPlan } from './front-end/segments.ts';
export { Backpressure } from './backpressure.ts';
export { headScoresOf } from './head-table.ts';
export type { Listening } from './listening.ts';
export { MISSES_A_MODEL, missingParameter } from './missing-table.ts';
export type { Segment } from './front-end/segments.ts';
export { SegmentHearing } from './segment-hearing.ts';
export type { ModelPlan } from './segment-hearing.ts';
export { hasSegments, saveSegments, segmentsOf } from './segment-table.ts';
export { createTextVectors } from './text/text-vectors.ts';
export {
  countVectors,
  loadVectors,
  saveVector,
  storedModels,
  storedVersion,
  vectorOf,
} from './vector-table.ts';
export type { ModelVersion } from './vector-table.ts';

/** Tracks of a trial. */
const TRIAL_TRACKS = 20;
const REPORT_MILLISECONDS = 1000;

export interface EmbeddingDeps {
  db: WritableDb;
  log: Log;
  settings: { current(): Pick<Settings, 'keepSegmentVectors'> };
  models: {
    catalogue(): { id: string; name: string; dims: number }[];
    installed(id: string): InstalledModel | null;
  };
  inference: Pick<Inference, 'open'>;
}

/** What neural models hear: they are run over the library beside the first analysis or after it. */
export interface Embedding {
  calls: Handlers<typeof embeddingCalls>;
  events: Emitter<EmbeddingEvents>;
  /**
   * Loads the models that are wanted and miss something; what does not work is said in its notice and left out.
   * @param hasUnheard tracks wait that no model has heard
   */
  prepare(work: { hasUnheard: boolean }): Promise<void>;
  /** Models that take tracks now. */
  atWork(): ModelVersion[];
  /** Whether one of them computes on the processor, beside which all else is slow. */
  usesProcessor(): boolean;
  /** A track for every model at work that misses it; null where none does. `null`: a recording unheard so far. */
  listen(recordingId: number | null): Listening | null;
  /** Waits for the segments of a track and stores what was heard. @throws AppError `disk-full` and the like */
  finish(listening: Listening, recordingId: number, seconds: number): Promise<void>;
  /** The track failed on its way; what was heard of it is forgotten. */
  abandon(listening: Listening): Promise<void>;
  /** What missed a recording will not hear it: its file cannot be read any more. */
  giveUp(listening: Listening, recordingId: number, why: PlainError): void;
  /** Nothing is left to hear. */
  rest(): void;
  /** Whether nothing that was analysed is left for it to hear. */
  isComplete(model: string): boolean;
  /** Hears one file without storing anything. */
  hearOnce(
    model: string,
    decode: (sinks: SampleSinks) => Promise<unknown>,
  ): Promise<PooledTrack & { version: string; device: string; labels: string[] }>;
  /** Vectors over time are kept or dropped. */
  applySettings(): void;
}

interface Trial {
  startedAt: number;
  tracks: number;
  settle(trial: ModelTrial | AppError): void;
}

export function createEmbedding(deps: EmbeddingDeps): Embedding {
  const { db, log, settings, models } = deps;
  const events = new Emitter<EmbeddingEvents>();
  const active = new Map<string, ActiveModel>();
  const notices = new Map<string, string>();
  const trials = new Map<string, Trial>();
  let nextReport = 0;

  function install(id: string): InstalledModel {
    if (id === FEATURES_MODEL.id) {
      const message =
        'The hand-crafted features belong to every track; they have no run of their own.';
      throw new AppError('bad-input', message);
    }
    const model = models.installed(id);
    if (model) return model;
    throw new AppError(
      'model-missing',
      'The files of this model are not here yet. Add them first.',
    );
  }

  async function activate(id: string): Promise<ActiveModel> {
    const model = install(id);
    const before = active.get(id);
    if (before?.model.version === model.version) return before;
    deactivate(id);
    const session = await openEmbedding(deps.inference, model);
    const known = speedOf(db, id);
    const opened = new ActiveModel(model, session, {
      batch: known?.device === session.provider ? known.batch : null,
      onHalt: (why) => halt(id, why),
    });
    active.set(id, opened);
    notices.delete(id);
    return opened;
  }

  function deactivate(id: string): void {
    const taker = active.get(id);
    active.delete(id);
    // With tracks on their way it goes when nothing has used its device for a while.
    if (taker?.open === 0) void taker.session.release().catch(() => {});
  }

  /** The model does not work: it is not tried again until the user says so. */
  function halt(id: string, why: AppError): void {
    deactivate(id);
    if (why.code === 'cancelled') return endTrial(id, why); // The program ends.
    setWanted(db, id, false);
    notices.set(id, why.message);
    log.warn('A model does not work.', { model: id, message: why.message });
    endTrial(id, why);
    report();
  }

  async function prepare({ hasUnheard }: { hasUnheard: boolean }): Promise<void> {
    for (const id of new Set([...wantedModels(db), ...trials.keys()])) {
      try {
        const model = { model: id, version: install(id).version };
        if (!hasUnheard && countMissing(db, model).tracks === 0) continue;
        const opened = await activate(id);
        opened.quota = wantedModels(db).includes(id) ? null : (opened.quota ?? TRIAL_TRACKS);
      } catch (thrown) {
        const { code, message } = toPlainError(thrown);
        halt(id, new AppError(code, message));
      }
    }
  }

  const takers = (): ActiveModel[] => [...active.values()].filter(({ quota }) => quota !== 0);
  const atWork = (): ModelVersion[] => takers().map(({ version }) => version);

  function listen(recordingId: number | null): Listening | null {
    const missing = modelsMissing(db, atWork(), recordingId);
    const takers = missing.map(({ model }) => active.get(model)!);
    for (const taker of takers) {
      taker.open++;
      if (taker.quota !== null) taker.quota--;
      taker.speed.start(Date.now());
    }
    return takers.length > 0 ? new Listening(takers) : null;
  }

  async function finish(listening: Listening, recordingId: number, seconds: number): Promise<void> {
    const all = await listening.end();
    for (const heard of all) {
      heard.active.open--;
      store(heard, recordingId, seconds);
      const { model } = heard.active.version;
      const isOver = heard.active.quota === 0 && heard.active.open === 0;
      if (isOver || trials.get(model)?.tracks === TRIAL_TRACKS) endTrial(model, null);
    }
    if (Date.now() >= nextReport) report();
  }

  function store(heard: Heard, recordingId: number, seconds: number): void {
    const { active: taker } = heard;
    const { model } = taker.version;
    // Removed, paused for a defect or replaced by another version meanwhile.
    if (active.get(model) !== taker) return;
    if (!('pooled' in heard) && (heard.code === 'cancelled' || notices.has(model))) return;
    saveHeard(db, recordingId, heard, { keepSegments: settings.current().keepSegmentVectors });
    if (!('pooled' in heard)) return;
    taker.speed.add(Date.now(), seconds);
    const trial = trials.get(model);
    if (trial) trial.tracks++;
  }

  async function abandon(listening: Listening): Promise<void> {
    listening.giveUp();
    for (const { active: taker } of await listening.end()) taker.open--;
  }

  function giveUp({ plans }: Listening, recordingId: number, why: PlainError): void {
    for (const { model } of plans) {
      const version = active.get(model)?.version;
      if (version) saveFailure(db, version, recordingId, why);
    }
  }

  function rest(): void {
    for (const [id, taker] of active) {
      rememberSpeed(id, taker);
      taker.speed.rest();
      if (taker.open > 0) continue;
      endTrial(id, null);
      if (countMissing(db, taker.version).tracks === 0)
        deleteVectors(db, id, taker.version.version);
    }
    report();
  }

  function rememberSpeed(id: string, { speed, session, batchSize }: ActiveModel): void {
    const secondsPerSecond = speed.at(Date.now());
    if (secondsPerSecond === null) return;
    const batch = batchSize.isSettled ? batchSize.size : null;
    saveSpeed(db, id, { device: session.provider, secondsPerSecond, batch });
  }

  function endTrial(id: string, why: AppError | null): void {
    const trial = trials.get(id);
    if (!trial) return;
    trials.delete(id);
    const taker = active.get(id);
    if (taker) rememberSpeed(id, taker);
    if (taker && !wantedModels(db).includes(id)) deactivate(id);
    if (why || trial.tracks === 0) {
      const message =
        'No track could be heard for the trial. Every track may have been heard before.';
      return trial.settle(why ?? new AppError('unavailable', message));
    }
    const seconds = (Date.now() - trial.startedAt) / 1000;
    const { tracksPerMinute, forecastSeconds, forecastBytes, device } = describe(id);
    trial.settle({
      model: id,
      tracks: trial.tracks,
      seconds,
      tracksPerMinute: tracksPerMinute ?? (60 * trial.tracks) / seconds,
      forecastSeconds: forecastSeconds ?? 0,
      forecastBytes: forecastBytes ?? 0,
      device: device ?? '',
    });
  }

  function tryModel(id: string): Promise<ModelTrial> {
    const model = install(id);
    if (trials.has(id)) throw new AppError('busy', 'This model is being tried. Wait for it.');
    if (countMissing(db, { model: id, version: model.version }).tracks === 0) {
      throw new AppError('unavailable', 'This model has heard every track that was analysed.');
    }
    return new Promise((resolve, reject) => {
      const settle = (trial: ModelTrial | AppError): void =>
        trial instanceof AppError ? reject(trial) : resolve(trial);
      trials.set(id, { startedAt: Date.now(), tracks: 0, settle });
      const running = active.get(id);
      if (running) running.quota = TRIAL_TRACKS;
      events.emit('embedding.wanted', { model: id });
    });
  }

  function run(id: string): void {
    install(id);
    notices.delete(id);
    forgetFailures(db, id);
    setWanted(db, id, true);
    const running = active.get(id);
    if (running) running.quota = null;
    events.emit('embedding.wanted', { model: id });
    report();
  }

  function pause(id: string): void {
    setWanted(db, id, false);
    const running = active.get(id);
    if (running) rememberSpeed(id, running);
    if (running) running.quota = 0;
    report();
  }

  function removeVectors(id: string): void {
    if (id === FEATURES_MODEL.id) {
      throw new AppError('bad-input', 'The hand-crafted features are what the library rests on.');
    }
    pause(id);
    deactivate(id);
    notices.delete(id);
    db.transaction(() => deleteVectors(db, id, null))();
    events.emit('embedding.vectorsRemoved', { model: id });
    report();
  }

  function describe(id: string, name = id, dims = 0): ModelProgress {
    const installed = models.installed(id);
    const running = active.get(id);
    const isWanted = wantedModels(db).includes(id) || trials.has(id);
    return progressOf(db, {
      id,
      name,
      dims: installed?.manifest.embedding.dims ?? dims,
      version: installed?.version ?? null,
      state: (running?.open ?? 0) > 0 ? 'running' : isWanted ? 'waiting' : 'idle',
      speed: running?.speed.at(Date.now()) ?? null,
      device: running?.session.provider ?? null,
      notice: notices.get(id) ?? null,
      keepsSegments: settings.current().keepSegmentVectors,
    });
  }

  /** The features, the catalogue, and models that are gone but have left vectors. */
  function list(): ModelProgress[] {
    const catalogue = models.catalogue();
    const known = new Set([FEATURES_MODEL.id, ...catalogue.map(({ id }) => id)]);
    const others = storedModels(db).filter((id) => !known.has(id));
    return [
      featuresProgress(db),
      ...catalogue.map(({ id, name, dims }) => describe(id, name, dims)),
      ...others.map((id) => describe(id)),
    ];
  }

  function isComplete(id: string): boolean {
    const installed = models.installed(id);
    return !installed || countMissing(db, { model: id, version: installed.version }).tracks === 0;
  }

  /** Counting a large library takes its time: at most a twentieth of the time goes there. */
  function report(): void {
    const before = Date.now();
    events.emit('embedding.progressed', list());
    const now = Date.now();
    nextReport = now + Math.max(REPORT_MILLISECONDS, 20 * (now - before));
  }

  return {
    events,
    prepare,
    atWork,
    usesProcessor: () => takers().some(({ session }) => session.provider === 'cpu'),
    listen,
    finish,
    abandon,
    giveUp,
    rest,
    isComplete,
    hearOnce: async (id, decode) => {
      const opened = await activate(id);
      const pooled = await hearTrack(opened, decode);
      const labels = pooled.classes.map(({ index }) => opened.model.classes?.[index] ?? '');
      return { ...pooled, version: opened.model.version, device: opened.session.provider, labels };
    },
    applySettings: () => {
      if (!settings.current().keepSegmentVectors) deleteAllSegments(db);
    },
    calls: {
      'embedding.getModels': list,
      'embedding.run': ({ model }) => run(model),
      'embedding.pause': ({ model }) => {
        for (const id of model ? [model] : wantedModels(db)) pause(id);
      },
      'embedding.removeVectors': ({ model }) => removeVectors(model),
      'embedding.tryModel': ({ model }) => tryModel(model),
    },
  };
}
