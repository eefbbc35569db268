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
import type { ActiveModel } from './active-model.ts';
import type { embeddingCalls, EmbeddingEvents, ModelTrial } from './contract.ts';
import { forgetFailures, saveFailure } from './failure-table.ts';
import { Listening } from './listening.ts';
import type { Heard } from './listening.ts';
import { countMissing, modelsMissing } from './missing-table.ts';
import { setWanted, wantedModels } from './model-table.ts';
import { hearTrack } from './hear-track.ts';
import { createOverview } from './overview.ts';
import { RunningModels } from './running-models.ts';
import { saveHeard } from './save-heard.ts';
import { deleteAllSegments } from './segment-table.ts';
import type { PooledTrack } from './track-pool.ts';
import { TRIAL_TRACKS, Trials } from './trials.ts';
import { deleteVectors } from './vector-table.ts';
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
  eachVector,
  loadVectors,
  saveVector,
  storedModels,
  storedVersion,
  vectorOf,
} from './vector-table.ts';
export type { ModelVersion } from './vector-table.ts';

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

export function createEmbedding(deps: EmbeddingDeps): Embedding {
  const { db, log, settings, models } = deps;
  const events = new Emitter<EmbeddingEvents>();
  const notices = new Map<string, string>();
  const trials = new Trials();
  const running = new RunningModels({ db, inference: deps.inference, onHalt: halt });
  const { describe, list } = createOverview({
    db,
    models,
    running,
    trials,
    notices,
    keepsSegments: () => settings.current().keepSegmentVectors,
  });
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
    const opened = await running.open(install(id));
    notices.delete(id);
    return opened;
  }

  /** The model does not work: it is not tried again until the user says so. */
  function halt(id: string, why: AppError): void {
    running.close(id);
    if (why.code === 'cancelled') return endTrial(id, why); // The program ends.
    setWanted(db, id, false);
    notices.set(id, why.message);
    log.warn('A model does not work.', { model: id, message: why.message });
    endTrial(id, why);
    report();
  }

  async function prepare({ hasUnheard }: { hasUnheard: boolean }): Promise<void> {
    for (const id of new Set([...wantedModels(db), ...trials.models])) {
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

  const atWork = (): ModelVersion[] => running.takers().map(({ version }) => version);

  function listen(recordingId: number | null): Listening | null {
    const missing = modelsMissing(db, atWork(), recordingId);
    const takers = missing.map(({ model }) => running.get(model)!);
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
      if (isOver || trials.isComplete(model)) endTrial(model, null);
    }
    if (Date.now() >= nextReport) report();
  }

  function store(heard: Heard, recordingId: number, seconds: number): void {
    const { active: taker } = heard;
    const { model } = taker.version;
    // Removed, paused for a defect or replaced by another version meanwhile.
    if (running.get(model) !== taker) return;
    if (!('pooled' in heard) && (heard.code === 'cancelled' || notices.has(model))) return;
    saveHeard(db, recordingId, heard, { keepSegments: settings.current().keepSegmentVectors });
    if (!('pooled' in heard)) return;
    taker.speed.add(Date.now(), seconds);
    trials.count(model);
  }

  async function abandon(listening: Listening): Promise<void> {
    listening.giveUp();
    for (const { active: taker } of await listening.end()) taker.open--;
  }

  function giveUp({ plans }: Listening, recordingId: number, why: PlainError): void {
    for (const { model } of plans) {
      const version = running.get(model)?.version;
      if (version) saveFailure(db, version, recordingId, why);
    }
  }

  function rest(): void {
    for (const taker of running.all()) {
      const { model: id } = taker.version;
      running.rememberSpeed(id);
      taker.speed.rest();
      if (taker.open > 0) continue;
      endTrial(id, null);
      if (countMissing(db, taker.version).tracks === 0)
        deleteVectors(db, id, taker.version.version);
    }
    report();
  }

  function endTrial(id: string, why: AppError | null): void {
    if (!trials.has(id)) return;
    running.rememberSpeed(id);
    if (!wantedModels(db).includes(id)) running.close(id);
    trials.end(id, why, describe);
  }

  function tryModel(id: string): Promise<ModelTrial> {
    const model = install(id);
    if (countMissing(db, { model: id, version: model.version }).tracks === 0) {
      throw new AppError('unavailable', 'This model has heard every track that was analysed.');
    }
    const trial = trials.begin(id);
    const active = running.get(id);
    if (active) active.quota = TRIAL_TRACKS;
    events.emit('embedding.wanted', { model: id });
    return trial;
  }

  function run(id: string): void {
    install(id);
    notices.delete(id);
    forgetFailures(db, id);
    setWanted(db, id, true);
    const active = running.get(id);
    if (active) active.quota = null;
    events.emit('embedding.wanted', { model: id });
    report();
  }

  function pause(id: string): void {
    setWanted(db, id, false);
    running.rememberSpeed(id);
    const active = running.get(id);
    if (active) active.quota = 0;
    report();
  }

  function removeVectors(id: string): void {
    if (id === FEATURES_MODEL.id) {
      throw new AppError('bad-input', 'The hand-crafted features are what the library rests on.');
    }
    pause(id);
    running.close(id);
    notices.delete(id);
    db.transaction(() => deleteVectors(db, id, null))();
    events.emit('embedding.vectorsRemoved', { model: id });
    report();
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
    usesProcessor: () => running.takers().some(({ session }) => session.provider === 'cpu'),
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
