import type { FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import type { WritableDb } from '../database/room.ts';
import { FEATURES_MODEL, featuresVersion } from '../features/room.ts';
import type { Settings } from '../settings/contract.ts';
import type { indexingCalls, IndexingEvents, IndexingStatus } from './contract.ts';
import { poolSize, priorityOf } from './pool-size.ts';
import { Run } from './run.ts';
import {
  countWork,
  listFailures,
  requeueOutdated,
  retryFailed,
  waitingSeconds,
} from './work-table.ts';

const REPORT_MILLISECONDS = 500;

export interface IndexingDeps {
  db: WritableDb;
  host: Host;
  settings: { current(): Settings };
  ffmpeg(): Promise<FfmpegSearch>;
  library: {
    filePathOf(trackId: number): Buffer | null;
    adoptMoved(trackId: number, recordingId: number): void;
  };
}

/** The run over everything that was not heard yet. */
export interface Indexing {
  calls: Handlers<typeof indexingCalls>;
  events: Emitter<IndexingEvents>;
  /** Runs until nothing waits any more; joins a run that is going on. */
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

export function createIndexing({ db, host, settings, ffmpeg, library }: IndexingDeps): Indexing {
  const events = new Emitter<IndexingEvents>();
  let run: Run | null = null;
  let finished: Promise<void> | null = null;
  let isPaused = false;
  let isCancelled = false;
  let isPlaying = false;
  let isClosed = false;
  let hasMore = false;
  let notice: IndexingStatus['notice'] = null;
  let analysed: number[] = [];
  let cpuSeconds = 0;

  const limit = (): number => (isPaused ? 0 : poolSize(settings.current(), isPlaying));

  function status(): IndexingStatus {
    const { waiting, done, failed } = countWork(db);
    const current = run?.current ?? [];
    const active = current.length;
    const state = isPaused ? 'paused' : run ? 'running' : 'idle';
    const speed = run?.rate.at(Date.now(), waitingSeconds(db));
    return {
      state,
      stages: [{ stage: 'analysis', waiting: Math.max(0, waiting - active), active, done, failed }],
      tracksPerMinute: speed?.tracksPerMinute ?? null,
      audioSecondsPerSecond: speed?.audioSecondsPerSecond ?? null,
      etaSeconds: speed?.etaSeconds ?? null,
      boundBy: speed?.boundBy ?? null,
      processes: { active, limit: limit() },
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

  async function start(): Promise<void> {
    const found = await ffmpeg();
    if (!found.ffmpeg) {
      notice = { code: 'ffmpeg-missing', message: found.message ?? 'ffmpeg is missing.' };
      return report();
    }
    notice = null;
    const model = { model: FEATURES_MODEL.id, version: featuresVersion(found.ffmpeg.resampler) };
    requeueOutdated(db, model);
    if (countWork(db).waiting === 0 || isClosed) return;
    const timer = setInterval(report, REPORT_MILLISECONDS);
    run = new Run({
      ...library,
      db,
      host,
      ffmpeg: found.ffmpeg,
      model,
      limit,
      priority: () => priorityOf(settings.current()),
      onAnalysed: (trackId, seconds) => {
        analysed.push(trackId);
        cpuSeconds += seconds;
      },
      onNotice: (what) => {
        notice = what;
        isPaused = true;
      },
    });
    report();
    await run.work();
    run = null;
    clearInterval(timer);
    report();
  }

  /** What arrived while a run was ending gets one of its own. */
  async function runAll(): Promise<void> {
    do {
      hasMore = false;
      await start();
    } while (hasMore && !isClosed && !isCancelled);
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

  return {
    events,
    run: begin,
    cpuSeconds: () => cpuSeconds,
    wake: () => {
      if (!isPaused && !isCancelled && !isClosed && countWork(db).waiting > 0) void begin();
    },
    setPlaying: (playing) => {
      isPlaying = playing;
      run?.nudge();
    },
    applySettings: () => run?.nudge(),
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
