import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Ffmpeg, FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import type { WritableDb } from '../database/room.ts';
import type { Embedding, ModelVersion } from '../embedding/room.ts';
import { FEATURES_MODEL, featuresVersion } from '../features/room.ts';
import type { Settings } from '../settings/contract.ts';
import type { indexingCalls, IndexingEvents, IndexingStatus } from './contract.ts';
import { memoryBudget, poolSize, priorityOf } from './pool-size.ts';
import { Run } from './run.ts';
import {
  countWork,
  foldersMissing,
  foldersWithWork,
  listFailures,
  requeueOutdated,
  retryFailed,
} from './work-table.ts';
import type { WorkCounts } from './work-table.ts';

const REPORT_MILLISECONDS = 1000;
/** Tracks whose version is looked at in one go. */
const CHECKED_AT_ONCE = 2000;
const UNKNOWN_SPEED = {
  tracksPerMinute: null,
  audioSecondsPerSecond: null,
  etaSeconds: null,
  boundBy: null,
};

export interface IndexingDeps {
  db: WritableDb;
  host: Host;
  settings: { current(): Settings };
  ffmpeg(): Promise<FfmpegSearch>;
  embedding: Embedding;
  library: {
    filePathOf(trackId: number): Buffer | null;
    adoptMoved(trackId: number, recordingId: number): void;
  };
}

/** The run over everything that was not heard yet. */
export interface Indexing {
  calls: Handlers<typeof indexingCalls>;
  events: Emitter<IndexingEvents>;
  /** Runs until nothing is left to try, or until something such as a full disk halts it (see the notice). */
  run(): Promise<void>;
  /** There may be work: begins a run unless the user paused or cancelled. */
  wake(): void;
  /** Processor time that the analysis processes took since the start of the program. */
  cpuSeconds(): number;
  setPlaying(playing: boolean): void;
  /** The settings have changed: the pool grows or shrinks. */
  applySettings(): void;
  close(): Promise<void>;
}

export function createIndexing(deps: IndexingDeps): Indexing {
  const { db, host, settings, ffmpeg, embedding, library } = deps;
  const events = new Emitter<IndexingEvents>();
  let run: Run | null = null;
  let finished: Promise<void> | null = null;
  let isPaused = false;
  let isCancelled = false;
  let isPlaying = false;
  let isClosed = false;
  let hasMore = false;
  /** Of the values, for which all tracks were checked. */
  let checkedVersion: string | null = null;
  let notice: Notice = null;
  let counted: { work: WorkCounts; goodUntil: number } | null = null;
  let analysed: number[] = [];
  let cpuSeconds = 0;

  const limit = (): number => (isPaused ? 0 : poolSize(settings.current(), isPlaying));

  /** During a run of a large library, where counting takes its time, at most a twentieth of the time goes there. */
  function counts(): WorkCounts {
    const now = performance.now();
    if (run && counted && now < counted.goodUntil) return counted.work;
    const work = countWork(db);
    const later = performance.now();
    counted = { work, goodUntil: later + 20 * (later - now) };
    return work;
  }

  function status(): IndexingStatus {
    const { waiting, done, failed, waitingSeconds } = counts();
    const current = run?.current ?? [];
    // What was just stored may still be in the works; it is counted once.
    const active = Math.min(run?.unheardCount ?? 0, waiting);
    const isHeld = isPaused || (run !== null && limit() === 0);
    const speed = run?.rate.at(Date.now(), waitingSeconds) ?? UNKNOWN_SPEED;
    return {
      state: isHeld ? 'paused' : run ? 'running' : 'idle',
      stages: [{ stage: 'analysis', waiting: waiting - active, active, done, failed }],
      ...speed,
      etaSeconds: isHeld ? null : speed.etaSeconds,
      processes: { active: current.length, limit: limit() },
      current,
      notice,
    };
  }

  function report(): void {
    if (isClosed) return;
    if (analysed.length > 0) events.emit('indexing.tracksAnalysed', { trackIds: analysed });
    analysed = [];
    events.emit('indexing.progressed', status());
  }

  /** In pages: all tracks of a large library at once would hold up the program for a minute. */
  async function checkVersions(model: ModelVersion): Promise<void> {
    for (let after: number | null = 0; after !== null; await nextTurn()) {
      if (isClosed || isCancelled) return;
      after = requeueOutdated(db, model, after, CHECKED_AT_ONCE);
    }
    checkedVersion = model.version;
  }

  async function start(): Promise<void> {
    const found = await ffmpeg();
    if (isClosed || isCancelled) return;
    const problem = found.ffmpeg ? missingKernel(host) : ffmpegMissing(found);
    notice = problem;
    if (!found.ffmpeg || problem) return report();
    const model = { model: FEATURES_MODEL.id, version: featuresVersion(found.ffmpeg.resampler) };
    if (checkedVersion !== model.version) await checkVersions(model);
    if (isClosed || isCancelled) return;
    const hasUnheard = foldersWithWork(db).length > 0;
    await embedding.prepare({ hasUnheard });
    if (isClosed || isCancelled) return;
    if (hasUnheard || foldersMissing(db, embedding.atWork()).length > 0) {
      await work(found.ffmpeg, model);
    } else {
      embedding.rest();
    }
    report();
  }

  async function work(ffmpeg: Ffmpeg, model: ModelVersion): Promise<void> {
    run = new Run({
      ...library,
      db,
      host,
      ffmpeg,
      model,
      embedding,
      limit,
      memoryBudget: () => memoryBudget(settings.current()),
      priority: () => priorityOf(settings.current(), embedding.usesProcessor()),
      onAnalysed: (trackId) => analysed.push(trackId),
      onCpuSeconds: (seconds) => (cpuSeconds += seconds),
      onHalt: (why) => {
        notice = why;
        isPaused = true;
        host.log.warn('The analysis was halted.', { ...why });
      },
    });
    const timer = setInterval(report, REPORT_MILLISECONDS);
    report();
    await run.work();
    clearInterval(timer);
    run = null;
  }

  /** What arrived while a run was ending gets one of its own. */
  async function runAll(): Promise<void> {
    do {
      hasMore = false;
      await start();
    } while (hasMore && !isPaused && !isClosed && !isCancelled);
  }

  function begin(): Promise<void> {
    hasMore = true;
    return (finished ??= runAll().finally(() => (finished = null)));
  }

  function resume(): void {
    isPaused = false;
    isCancelled = false;
    notice = null;
    run?.nudge();
    void begin();
    report();
  }

  function wake(): void {
    if (isPaused || isCancelled || isClosed) return;
    if (checkedVersion === null || foldersWithWork(db).length > 0) void begin();
  }

  return {
    events,
    run: begin,
    cpuSeconds: () => cpuSeconds,
    wake,
    setPlaying: (playing) => {
      isPlaying = playing;
      run?.nudge();
    },
    applySettings: () => {
      run?.nudge();
      if (notice?.code === 'ffmpeg-missing') wake(); // Its path may be what was set.
    },
    close: async () => {
      isClosed = true;
      run?.stop();
      await finished;
    },
    calls: {
      'indexing.getStatus': status,
      'indexing.start': resume,
      'indexing.pause': () => {
        isPaused = true;
        report();
      },
      'indexing.resume': resume,
      'indexing.cancel': async () => {
        isCancelled = true;
        isPaused = false;
        run?.stop();
        await finished;
        report();
      },
      'indexing.retryFailed': () => {
        const retried = retryFailed(db);
        if (retried > 0) resume();
        return { retried };
      },
      'indexing.listFailures': (page) => listFailures(db, page),
    },
  };
}

type Notice = IndexingStatus['notice'];

const ffmpegMissing = ({ message }: FfmpegSearch): Notice => ({
  code: 'ffmpeg-missing',
  message: message ?? 'ffmpeg is missing.',
});

/** Without its kernels every file would seem to be broken. */
function missingKernel(host: Host): Notice {
  const missing = ['ingest.wasm', 'features.wasm', 'mel.wasm'].find(
    (name) => !existsSync(join(host.paths.resources, 'wasm', name)),
  );
  if (!missing) return null;
  const message = `Earshot is not installed completely: ${missing} is missing. From source, \`npm run build:wasm\` makes it.`;
  return { code: 'unavailable', message };
}
