import type { AppError } from '../base/errors.ts';
import { TrackPool } from './track-pool.ts';
import type { PooledTrack } from './track-pool.ts';

/** One track on its way through one model: what is still to come of it, and what came. */
export class TrackHearing {
  readonly #pool: TrackPool;
  #open = 0;
  #failure: AppError | null = null;
  #onSettled: (() => void) | null = null;

  constructor(dims: number) {
    this.#pool = new TrackPool(dims);
  }

  /** It failed or was given up: its other segments need not be run. */
  get isOver(): boolean {
    return this.#failure !== null;
  }

  /** A segment is on its way. */
  expect(): void {
    this.#open++;
  }

  add(startSeconds: number, vector: Float32Array, scores: Float32Array | null): void {
    this.#pool.add(startSeconds, vector, scores);
    this.drop();
  }

  /** A segment will not come. */
  drop(): void {
    if (--this.#open === 0) this.#onSettled?.();
  }

  fail(error: AppError): void {
    this.#failure ??= error;
  }

  /**
   * No more segments will be sent: waits for those on their way. Null where there were none.
   * @throws AppError why it failed
   */
  async end(): Promise<PooledTrack | null> {
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#onSettled = resolve));
    if (this.#failure) throw this.#failure;
    return this.#pool.finish();
  }
}
