import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { AppError, toPlainError } from '../base/errors.ts';
import type { PlainError } from '../base/errors.ts';
import type { Host, WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { Ffmpeg } from '../audio/room.ts';
import type { WritableDb } from '../database/room.ts';
import type { Embedding, Listening, ModelVersion } from '../embedding/room.ts';
import { memoryOf } from './pool-size.ts';
import { Rate } from './rate.ts';
import { isUnchanged, saveAnalysis } from './save.ts';
import { TIMEOUT_SECONDS, Watchdog } from './watchdog.ts';
import { WorkQueue } from './work-queue.ts';
import { clearAttempts, countAttempt, markFailed } from './work-table.ts';
import type { WaitingTrack } from './work-table.ts';
import type { Analysis, AnalysisWorkerTable } from './worker-table.ts';

/** A file that has brought down this many processes is left. */
const MAX_ATTEMPTS = 2;
/** So many processes that end by themselves, one after another, with files of all kinds: it is not the files. */
const MAX_DEATHS_IN_A_ROW = 5;

export interface RunDeps {
  db: WritableDb;
  host: Host;
  ffmpeg: Ffmpeg;
  /** The hand-crafted features. */
  model: ModelVersion;
  /** Neural models that hear tracks beside them or after them. */
  embedding: Pick<Embedding, 'atWork' | 'listen' | 'finish' | 'abandon' | 'giveUp' | 'rest'>;
  filePathOf(trackId: number): Buffer | null;
  adoptMoved(trackId: number, recordingId: number): void;
  /** How many tracks may be in the works now; 0 while paused. */
  limit(): number;
  /** Bytes that all processes may hold together. */
  memoryBudget(): number;
  priority(): number;
  onAnalysed(trackId: number): void;
  /** Processor time that the processes took for a track. */
  onCpuSeconds(seconds: number): void;
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
  /** What models are still busy with, of tracks that were decoded. */
  readonly #storing = new Set<Promise<void>>();
  /** By their tracks, which are not taken up anew meanwhile although their vectors are still missing. */
  readonly #listenings = new Map<number, Listening>();
  #isStopped = false;
  #wake: () => void = () => {};

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#queue = new WorkQueue(deps.db, deps.embedding.atWork);
  }

  /** Titles of the tracks in the works. */
  get current(): string[] {
    return this.#busy.map(({ track }) => track!.title);
  }

  /** Of them those that are heard for the first time. */
  get unheardCount(): number {
    return this.#busy.filter(({ track }) => !track!.isHeard).length;
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
    await Promise.all(this.#storing);
    this.#deps.embedding.rest();
  }

  /** The limit may have changed. */
  nudge(): void {
    this.#wake();
  }

  /** Ends all processes at once; tracks in the works keep waiting. */
  stop(): void {
    this.#isStopped = true;
    for (const listening of this.#listenings.values()) listening.giveUp();
    for (const { worker } of this.#slots) worker.stop();
    this.#wake();
  }

  #startOne(): boolean {
    const busy = this.#busy;
    if (busy.length >= this.#deps.limit()) return false;
    if (busy.some(({ track }) => track!.attempts > 0)) return false; // A suspect has the machine alone.
    const track = this.#held ?? this.#queue.next(busy.length === 0);
    this.#held = null;
    if (!track) return false;
    if (this.#listenings.has(track.id)) return true;
    this.#held = track;
    const slot = this.#freeSlot();
    if (!this.#makeRoom(slot, track) && busy.length > 0) return false;
    this.#held = null;
    slot.track = track;
    slot.memory = Math.max(slot.memory, memoryFor(track));
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
      const needed = Math.max(slot.memory, memoryFor(track));
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
    const listening = this.#deps.embedding.listen(track.recordingId);
    if (track.isHeard && !listening) return; // Heard meanwhile, as another file with the same sound.
    if (listening) this.#listenings.set(track.id, listening);
    try {
      const analysis = await this.#hear(slot, path, track, listening);
      this.#deathsInARow = 0;
      await this.#save(track, analysis, listening);
    } catch (thrown) {
      if (listening) await this.#abandon(track, listening);
      if (!this.#isStopped) await this.#handleFailure(track, toPlainError(thrown), listening);
    }
  }

  /** Segments go on to the models as they come; answers when all of them are on their way to a device. */
  async #hear(
    { worker }: Slot,
    path: Buffer,
    track: WaitingTrack,
    listening: Listening | null,
  ): Promise<Analysis> {
    const { ffmpeg, host } = this.#deps;
    const wasmFolder = join(host.paths.resources, 'wasm');
    const watchdog = new Watchdog(() => worker.stop());
    const open = new Set<Promise<void>>();
    const input = {
      ffmpeg,
      path,
      wasmFolder,
      timeoutSeconds: TIMEOUT_SECONDS,
      features: !track.isHeard,
      plans: listening?.plans ?? [],
    };
    try {
      const analysis = await worker.call('analyse', input, ({ model, segment }) => {
        const bytes = segment.values.byteLength;
        const taken = listening!.take(model, segment).then(() => {
          open.delete(taken);
          watchdog.restart();
          worker.call('segmentsTaken', { bytes }).catch(() => {}); // It may be gone by now.
        });
        open.add(taken);
        watchdog.restart();
      });
      watchdog.end();
      await Promise.all(open);
      return analysis;
    } catch (thrown) {
      const hung = new AppError('timeout', 'The analysis hung; it was given up.');
      throw watchdog.hasBitten ? hung : thrown;
    } finally {
      watchdog.end();
    }
  }

  async #save(track: WaitingTrack, analysis: Analysis, listening: Listening | null): Promise<void> {
    const { db, embedding, onCpuSeconds } = this.#deps;
    const { decoded, cpuSeconds } = analysis;
    onCpuSeconds(cpuSeconds);
    let recordingId: number | null;
    try {
      recordingId = track.isHeard ? this.#recordingOf(track) : this.#saveFeatures(track, analysis);
      if (recordingId !== null && track.isHeard && track.attempts > 0) clearAttempts(db, track.id);
    } catch (thrown) {
      this.#halt(toPlainError(thrown)); // The track is not to blame, and waits.
      recordingId = null;
    }
    if (!listening) return;
    if (recordingId === null) return this.#abandon(track, listening);
    const storing = embedding
      .finish(listening, recordingId, decoded.analysedSeconds)
      .catch((thrown: unknown) => this.#halt(toPlainError(thrown)))
      .finally(() => {
        this.#storing.delete(storing);
        this.#listenings.delete(track.id);
      });
    this.#storing.add(storing);
  }

  async #abandon({ id }: WaitingTrack, listening: Listening): Promise<void> {
    await this.#deps.embedding.abandon(listening);
    this.#listenings.delete(id);
  }

  #recordingOf(track: WaitingTrack): number | null {
    return isUnchanged(this.#deps.db, track) ? track.recordingId : null;
  }

  #saveFeatures(track: WaitingTrack, analysis: Analysis): number | null {
    const { db, model, adoptMoved, onAnalysed } = this.#deps;
    const { decoded, features, wallMs, computeMs } = analysis;
    const recordingId = saveAnalysis(db, track, decoded, features!, model, adoptMoved);
    if (recordingId === null) return null;
    const { analysedSeconds: audioSeconds, cpuSeconds: decodeSeconds } = decoded;
    const decodeMs = decodeSeconds * 1000;
    this.rate.add({ at: Date.now(), audioSeconds, wallMs, computeMs, decodeMs });
    onAnalysed(track.id);
    return recordingId;
  }

  async #handleFailure(
    track: WaitingTrack,
    error: PlainError,
    listening: Listening | null,
  ): Promise<void> {
    try {
      if (error.code === 'process-died') return this.#handleDeath(track, error, listening);
      this.#deathsInARow = 0;
      if (error.code === 'disk-full' || error.code === 'ffmpeg-missing') return this.#halt(error);
      if (error.code === 'file-missing' || error.code === 'file-unreadable') {
        if (await isAway(track.root)) return this.#queue.leaveFolder(track.folderId);
        if (error.code === 'file-missing') return; // The next scan says whether it moved or is gone.
      }
      this.#markFailed(track, error, listening);
    } catch (thrown) {
      this.#halt(toPlainError(thrown)); // The database itself cannot be written.
    }
  }

  /** Of a track that was heard before only the models that missed it give up. */
  #markFailed(track: WaitingTrack, error: PlainError, listening: Listening | null): void {
    const { db, embedding } = this.#deps;
    if (!track.isHeard) markFailed(db, track, error.code, error.message);
    else if (listening) embedding.giveUp(listening, track.recordingId!, error);
  }

  #handleDeath(track: WaitingTrack, error: PlainError, listening: Listening | null): void {
    const { db } = this.#deps;
    if (track.attempts === 0 && ++this.#deathsInARow >= MAX_DEATHS_IN_A_ROW) {
      const message = `${MAX_DEATHS_IN_A_ROW} analysis processes in a row ended by themselves. Last: ${error.message}`;
      return this.#halt({ code: error.code, message });
    }
    const attempts = track.attempts + 1;
    countAttempt(db, track.id);
    if (attempts < MAX_ATTEMPTS) this.#queue.addSuspect({ ...track, attempts });
    else {
      const message = `The analysis crashed on this file, ${attempts} times.`;
      this.#markFailed(track, { code: error.code, message }, listening);
    }
  }

  #halt(why: PlainError): void {
    if (this.#isStopped) return;
    this.stop();
    this.#deps.onHalt(why);
  }
}

/** Models keep no more of a long track than of a short one. */
const memoryFor = ({ isHeard, seconds }: WaitingTrack): number => memoryOf(isHeard ? 0 : seconds);

/** A folder that cannot be listed, or an empty place where its drive was. */
async function isAway(root: Buffer): Promise<boolean> {
  return readdir(root).then(
    (names) => names.every((name) => name === 'lost+found'),
    () => true,
  );
}
