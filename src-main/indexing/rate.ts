import { cpus } from 'node:os';
import type { IndexingStatus } from './contract.ts';

const WINDOW_MS = 60_000;
/** How idle the machine is, is looked at over at least this long. */
const IDLE_WINDOW_MS = 3000;

interface Finished {
  at: number;
  audioSeconds: number;
  /** From the first request to the answer. */
  wallMs: number;
  /** Of them spent computing. */
  computeMs: number;
  /** Processor time that ffmpeg took beside it. */
  decodeMs: number;
}

/** How fast the run has been over its last minute, and what held it up. */
export class Rate {
  #finished: Finished[] = [];
  readonly #startedAt: number;
  #ticks = processorTicks();
  #ticksAt: number;
  #isMachineIdle = false;

  constructor(now: number) {
    this.#startedAt = now;
    this.#ticksAt = now;
  }

  add(finished: Finished): void {
    this.#finished.push(finished);
  }

  /** @param waitingSeconds of music still to come */
  at(
    now: number,
    waitingSeconds: number,
  ): Pick<IndexingStatus, 'tracksPerMinute' | 'audioSecondsPerSecond' | 'etaSeconds' | 'boundBy'> {
    this.#finished = this.#finished.filter(({ at }) => now - at < WINDOW_MS);
    const count = this.#finished.length;
    if (count === 0) {
      return {
        tracksPerMinute: null,
        audioSecondsPerSecond: null,
        etaSeconds: null,
        boundBy: null,
      };
    }
    const seconds = Math.max(1, Math.min(WINDOW_MS, now - this.#startedAt) / 1000);
    const total = (key: Exclude<keyof Finished, 'at'>): number =>
      this.#finished.reduce((sum, finished) => sum + finished[key], 0);
    const audioSecondsPerSecond = total('audioSeconds') / seconds;
    return {
      tracksPerMinute: (count * 60) / seconds,
      audioSecondsPerSecond,
      etaSeconds: audioSecondsPerSecond > 0 ? waitingSeconds / audioSecondsPerSecond : null,
      boundBy: this.#boundBy(now, total('wallMs'), total('computeMs'), total('decodeMs')),
    };
  }

  /** Where neither side was at work for most of the time, the machine tells whether it waited for processors. */
  #boundBy(
    now: number,
    wallMs: number,
    computeMs: number,
    decodeMs: number,
  ): IndexingStatus['boundBy'] {
    if (now - this.#ticksAt > IDLE_WINDOW_MS) this.#lookAtMachine(now);
    const hasWaited = Math.max(computeMs, decodeMs) < wallMs / 2;
    if (hasWaited) return this.#isMachineIdle ? 'disk' : 'cpu';
    return computeMs > decodeMs ? 'cpu' : 'decode';
  }

  #lookAtMachine(now: number): void {
    const before = this.#ticks;
    this.#ticks = processorTicks();
    this.#ticksAt = now;
    const passed = this.#ticks.total - before.total;
    this.#isMachineIdle = passed > 0 && (this.#ticks.idle - before.idle) / passed > 0.25;
  }
}

function processorTicks(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
