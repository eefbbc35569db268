import { stat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { AppError } from '../base/errors.ts';
import { toPlainError } from '../base/errors.ts';
import type { Host, WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { Ffmpeg } from '../audio/room.ts';
import type { WritableDb } from '../database/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type { IndexingStatus } from './contract.ts';
import { Rate } from './rate.ts';
import { saveAnalysis } from './save.ts';
import { countAttempt, markFailed, markGone, waitingTracks } from './work-table.ts';
import type { WaitingTrack } from './work-table.ts';
import type { AnalysisWorkerTable } from './worker-table.ts';

const FETCH = 200;
/** A file that has brought down this many processes is left. */
const MAX_ATTEMPTS = 2;
const TIMEOUT_SECONDS = 900;

export interface RunDeps {
  db: WritableDb;
  host: Host;
  ffmpeg: Ffmpeg;
  model: ModelVersion;
  filePathOf(trackId: number): Buffer | null;
  adoptMoved(trackId: number, recordingId: number): void;
  /** How many tracks may be in the works now; 0 while paused. */
  limit(): number;
  priority(): number;
  /** @param cpuSeconds that the processes took for it */
  onAnalysed(trackId: number, cpuSeconds: number): void;
  /** Something that stops the whole run, such as a full disk. */
  onNotice(notice: NonNullable<IndexingStatus['notice']>): void;
}

interface Slot {
  worker: WorkerCalls<AnalysisWorkerTable>;
  track: WaitingTrack | null;
}

/** One run over everything that waits. What is missing is asked of the database again and again. */
export class Run {
  readonly rate = new Rate(Date.now());
  readonly #deps: RunDeps;
  readonly #slots: Slot[] = [];
  /** Tracks that cannot be read just now; they keep waiting for a later run. */
  readonly #skipped = new Set<number>();
  #queue: WaitingTrack[] = [];
  #isStopped = false;
  #wake: () => void = () => {};

  constructor(deps: RunDeps) {
    this.#deps = deps;
  }

  get current(): string[] {
    return this.#slots.flatMap(({ track }) => track?.title ?? []);
  }

  /** Ends when nothing waits any more, or after `stop`. */
  async work(): Promise<void> {
    while (!this.#isStopped) {
      const isStarted = this.#startOne();
      if (isStarted) continue;
      if (this.current.length === 0 && this.#deps.limit() > 0) break;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    for (const { worker } of this.#slots) worker.stop();
  }

  /** The limit may have changed. */
  nudge(): void {
    this.#wake();
  }

  /** Ends all processes at once; tracks in the works keep waiting. */
  stop(): void {
    this.#isStopped = true;
    for (const { worker } of this.#slots) worker.stop();
    this.#wake();
  }

  #startOne(): boolean {
    if (this.current.length >= this.#deps.limit()) return false;
    const track = this.#next();
    if (!track) return false;
    const slot = this.#freeSlot();
    slot.track = track;
    void this.#analyse(slot, track).finally(() => {
      slot.track = null;
      this.#wake();
    });
    return true;
  }

  #next(): WaitingTrack | null {
    if (this.#queue.length === 0) {
      const busy = this.#slots.flatMap(({ track }) => track?.id ?? []);
      this.#queue = waitingTracks(this.#deps.db, FETCH, [...busy, ...this.#skipped]);
    }
    const track = this.#queue[0];
    // A file that brought a process down is tried once more with nobody beside it.
    if (!track || (track.attempts > 0 && this.current.length > 0)) return null;
    return this.#queue.shift()!;
  }

  #freeSlot(): Slot {
    const free = this.#slots.find(({ track }) => track === null);
    if (free) return free;
    const slot: Slot = { worker: new WorkerCalls(() => this.#fork()), track: null };
    this.#slots.push(slot);
    return slot;
  }

  #fork(): WorkerProcess {
    const worker = this.#deps.host.forkWorker('analysis');
    try {
      if (worker.pid && this.#deps.priority() > 0) setPriority(worker.pid, this.#deps.priority());
    } catch {
      // Politeness is a wish, not a need.
    }
    return worker;
  }

  async #analyse({ worker }: Slot, track: WaitingTrack): Promise<void> {
    const { db, host, ffmpeg, model, filePathOf, adoptMoved, onAnalysed } = this.#deps;
    const path = filePathOf(track.id);
    if (!path) return void this.#skipped.add(track.id);
    const wasmFolder = join(host.paths.resources, 'wasm');
    try {
      const input = { ffmpeg, path, wasmFolder, timeoutSeconds: TIMEOUT_SECONDS };
      const analysis = await worker.call('analyse', input);
      const recordingId = saveAnalysis(db, track.id, analysis, model);
      adoptMoved(track.id, recordingId);
      const { wallMs, computeMs, decoded } = analysis;
      this.rate.add({ at: Date.now(), audioSeconds: decoded.analysedSeconds, wallMs, computeMs });
      onAnalysed(track.id, analysis.cpuSeconds);
    } catch (thrown) {
      await this.#failed(track, thrown as Error);
    }
  }

  async #failed(track: WaitingTrack, thrown: Error | AppError): Promise<void> {
    const { db, onNotice } = this.#deps;
    const { code, message } = toPlainError(thrown);
    this.#skipped.add(track.id);
    try {
      if (code === 'cancelled' || this.#isStopped) return;
      if (code === 'disk-full' || code === 'ffmpeg-missing') return onNotice({ code, message });
      if (code === 'process-died' && track.attempts + 1 < MAX_ATTEMPTS) {
        countAttempt(db, track.id);
        this.#skipped.delete(track.id);
      } else if (code === 'file-missing' || code === 'file-unreadable') {
        await this.#fileIsGone(track, code, message);
      } else {
        markFailed(db, track.id, code, message);
      }
    } catch (second) {
      onNotice(toPlainError(second)); // The database itself cannot be written.
    }
  }

  /** A folder that went away takes its tracks along for a while; they are not lost. */
  async #fileIsGone(
    track: WaitingTrack,
    code: 'file-missing' | 'file-unreadable',
    message: string,
  ): Promise<void> {
    const isRootThere = await stat(track.root).then(
      () => true,
      () => false,
    );
    if (!isRootThere) return;
    if (code === 'file-missing') markGone(this.#deps.db, track.id);
    else markFailed(this.#deps.db, track.id, code, message);
  }
}
