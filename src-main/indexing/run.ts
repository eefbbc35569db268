import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { AppError, toPlainError } from '../base/errors.ts';
import type { PlainError } from '../base/errors.ts';
import type { Host, WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { Ffmpeg } from '../audio/room.ts';
import type { WritableDb } from '../database/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import { memoryOf } from './pool-size.ts';
import { Rate } from './rate.ts';
import { saveAnalysis } from './save.ts';
import { WorkQueue } from './work-queue.ts';
import { countAttempt, markFailed } from './work-table.ts';
import type { WaitingTrack } from './work-table.ts';
import type { Analysis, AnalysisWorkerTable } from './worker-table.ts';

/** What the analysis itself may take for one file; it hears of it in words. */
const TIMEOUT_SECONDS = 900;
/** A process that does not even answer that it took too long hangs. */
const HANG_MILLISECONDS = (TIMEOUT_SECONDS + 60) * 1000;
/** A file that has brought down this many processes is left. */
const MAX_ATTEMPTS = 2;
/** So many processes that end by themselves, one after another, with files of all kinds: it is not the files. */
const MAX_DEATHS_IN_A_ROW = 5;

export interface RunDeps {
  db: WritableDb;
  host: Host;
  ffmpeg: Ffmpeg;
  model: ModelVersion;
  filePathOf(trackId: number): Buffer | null;
  adoptMoved(trackId: number, recordingId: number): void;
  /** How many tracks may be in the works now; 0 while paused. */
  limit(): number;
  /** Bytes that all processes may hold together. */
  memoryBudget(): number;
  priority(): number;
  /** @param cpuSeconds that the processes took for it */
  onAnalysed(trackId: number, cpuSeconds: number): void;
  /** The run ends early because of something beyond its files, such as a full disk. */
  onHalt(why: PlainError): void;
}

/** A place for one process with one track; the process is started when it is needed. */
interface Slot {
  worker: WorkerCalls<AnalysisWorkerTable>;
  priority: number;
  track: WaitingTrack | null;
  /** Bytes that the process holds; its memory grows with the longest track and stays. */
  memory: number;
}

/** One run over everything that waits. Losing it at any moment loses the tracks in the works, nothing else. */
export class Run {
  readonly rate = new Rate(Date.now());
  readonly #deps: RunDeps;
  readonly #queue: WorkQueue;
  readonly #slots: Slot[] = [];
  /** A track that has to wait for memory. */
  #held: WaitingTrack | null = null;
  #deathsInARow = 0;
  #isStopped = false;
  #wake: () => void = () => {};

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#queue = new WorkQueue(deps.db);
  }

  /** Titles of the tracks in the works. */
  get current(): string[] {
    return this.#busy.map(({ track }) => track!.title);
  }

  get #busy(): Slot[] {
    return this.#slots.filter(({ track }) => track !== null);
  }

  /** Ends when nothing is left to try, or after `stop`. */
  async work(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#startOne()) continue;
      if (this.#busy.length === 0 && this.#deps.limit() > 0) break;
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
    const busy = this.#busy;
    if (busy.length >= this.#deps.limit()) return false;
    if (busy.some(({ track }) => track!.attempts > 0)) return false; // A suspect has the machine alone.
    const track = this.#held ?? this.#queue.next(busy.length === 0);
    this.#held = track;
    if (!track) return false;
    const slot = this.#freeSlot();
    if (!this.#makeRoom(slot, track) && busy.length > 0) return false;
    this.#held = null;
    slot.track = track;
    slot.memory = Math.max(slot.memory, memoryOf(track.seconds));
    void this.#analyse(slot, track).finally(() => {
      slot.track = null;
      this.#dismiss(slot);
      this.#wake();
    });
    return true;
  }

  /** Whether the track fits beside those in the works; idle processes are ended where they are in the way. */
  #makeRoom(slot: Slot, track: WaitingTrack): boolean {
    const fits = (): boolean => {
      const others = this.#slots.filter((other) => other !== slot);
      const held = others.reduce((sum, { memory }) => sum + memory, 0);
      const needed = Math.max(slot.memory, memoryOf(track.seconds));
      return held + needed <= this.#deps.memoryBudget();
    };
    if (fits()) return true;
    for (const idle of this.#slots.filter(({ track: held }) => held === null)) this.#end(idle);
    return fits();
  }

  #freeSlot(): Slot {
    const free = this.#slots.find(({ track }) => track === null);
    if (free) return free;
    const slot: Slot = {
      worker: new WorkerCalls(() => this.#fork(slot)),
      priority: 0,
      track: null,
      memory: 0,
    };
    this.#slots.push(slot);
    return slot;
  }

  #fork(slot: Slot): WorkerProcess {
    const worker = this.#deps.host.forkWorker('analysis');
    slot.priority = this.#deps.priority();
    try {
      if (worker.pid && slot.priority > 0) setPriority(worker.pid, slot.priority);
    } catch {
      // Politeness is a wish, not a need.
    }
    return worker;
  }

  /** Ends a process that is one too many by now, or whose priority is no longer the one that is wanted. */
  #dismiss(slot: Slot): void {
    const isTooMany = this.#busy.length >= this.#deps.limit();
    if (isTooMany || slot.priority !== this.#deps.priority()) this.#end(slot);
  }

  #end(slot: Slot): void {
    slot.worker.stop();
    slot.memory = 0;
  }

  async #analyse(slot: Slot, track: WaitingTrack): Promise<void> {
    const path = this.#deps.filePathOf(track.id);
    if (!path) return; // Missing or away since it was asked for.
    try {
      const analysis = await this.#hear(slot, path);
      this.#deathsInARow = 0;
      this.#save(track, analysis);
    } catch (thrown) {
      if (!this.#isStopped) await this.#handleFailure(track, toPlainError(thrown));
    }
  }

  async #hear({ worker }: Slot, path: Buffer): Promise<Analysis> {
    const { ffmpeg, host } = this.#deps;
    const wasmFolder = join(host.paths.resources, 'wasm');
    const input = { ffmpeg, path, wasmFolder, timeoutSeconds: TIMEOUT_SECONDS };
    let hangs = false;
    const watchdog = setTimeout(() => {
      hangs = true;
      worker.stop();
    }, HANG_MILLISECONDS);
    try {
      return await worker.call('analyse', input);
    } catch (thrown) {
      throw hangs ? new AppError('timeout', 'The analysis hung; it was given up.') : thrown;
    } finally {
      clearTimeout(watchdog);
    }
  }

  #save(track: WaitingTrack, analysis: Analysis): void {
    const { db, model, adoptMoved, onAnalysed } = this.#deps;
    const { decoded, wallMs, computeMs, cpuSeconds } = analysis;
    try {
      if (!saveAnalysis(db, track, analysis, model, adoptMoved)) return;
    } catch (thrown) {
      return this.#halt(toPlainError(thrown)); // The track is not to blame, and waits.
    }
    const { analysedSeconds: audioSeconds, cpuSeconds: decodeSeconds } = decoded;
    const decodeMs = decodeSeconds * 1000;
    this.rate.add({ at: Date.now(), audioSeconds, wallMs, computeMs, decodeMs });
    onAnalysed(track.id, cpuSeconds);
  }

  async #handleFailure(track: WaitingTrack, error: PlainError): Promise<void> {
    try {
      if (error.code === 'process-died') return this.#handleDeath(track, error);
      this.#deathsInARow = 0;
      if (error.code === 'disk-full' || error.code === 'ffmpeg-missing') return this.#halt(error);
      if (error.code === 'file-missing' || error.code === 'file-unreadable') {
        if (await isAway(track.root)) return this.#queue.leaveFolder(track.folderId);
        if (error.code === 'file-missing') return; // The next scan says whether it moved or is gone.
      }
      markFailed(this.#deps.db, track, error.code, error.message);
    } catch (thrown) {
      this.#halt(toPlainError(thrown)); // The database itself cannot be written.
    }
  }

  #handleDeath(track: WaitingTrack, error: PlainError): void {
    const { db } = this.#deps;
    if (track.attempts === 0 && ++this.#deathsInARow >= MAX_DEATHS_IN_A_ROW) {
      const message = `${MAX_DEATHS_IN_A_ROW} analysis processes in a row ended by themselves. Last: ${error.message}`;
      return this.#halt({ code: error.code, message });
    }
    const attempts = track.attempts + 1;
    countAttempt(db, track.id);
    if (attempts < MAX_ATTEMPTS) this.#queue.addSuspect({ ...track, attempts });
    else markFailed(db, track, error.code, `The analysis crashed on this file, ${attempts} times.`);
  }

  #halt(why: PlainError): void {
    if (this.#isStopped) return;
    this.stop();
    this.#deps.onHalt(why);
  }
}

/** A folder that cannot be listed, or an empty place where its drive was. */
async function isAway(root: Buffer): Promise<boolean> {
  return readdir(root).then(
    (names) => names.every((name) => name === 'lost+found'),
    () => true,
  );
}
