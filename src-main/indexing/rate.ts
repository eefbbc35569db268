import { cpus } from 'node:os';
import type { IndexingStatus } from './contract.ts';

const WINDOW_MS = 60_000;

interface Finished {
  at: number;
  audioSeconds: number;
  wallMs: number;
  computeMs: number;
}

/** How fast the run has been over its last minute, and what held it up. */
export class Rate {
  #finished: Finished[] = [];
  readonly #startedAt: number;
  #idle = idleShare();

  constructor(now: number) {
    this.#startedAt = now;
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
    const total = (key: 'audioSeconds' | 'wallMs' | 'computeMs'): number =>
      this.#finished.reduce((sum, finished) => sum + finished[key], 0);
    const audioSecondsPerSecond = total('audioSeconds') / seconds;
    return {
      tracksPerMinute: (count * 60) / seconds,
      audioSecondsPerSecond,
      etaSeconds: audioSecondsPerSecond > 0 ? waitingSeconds / audioSecondsPerSecond : null,
      boundBy: this.#boundBy(total('computeMs') / Math.max(1, total('wallMs'))),
    };
  }

  /** Waiting for ffmpeg while processors idle means waiting for the disk. */
  #boundBy(computeShare: number): IndexingStatus['boundBy'] {
    if (computeShare > 0.5) return 'cpu';
    const before = this.#idle;
    this.#idle = idleShare();
    const ticks = this.#idle.total - before.total;
    return ticks > 0 && (this.#idle.idle - before.idle) / ticks > 0.5 ? 'disk' : 'decode';
  }
}

function idleShare(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
