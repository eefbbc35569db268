import { totalmem } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { InputTensor } from './local-session.ts';

/** More than this part of the machine's memory is left to nobody: the system would end the process. */
const SHARE = 0.5;
/** Small networks say little about what a larger batch takes. */
const ALWAYS_FINE = 2 ** 30;

/**
 * Refuses a batch before it can exhaust the memory, from what smaller ones took: ONNX Runtime keeps the
 * memory of its largest run. One per session.
 */
export class MemoryGuard {
  readonly #resident: () => number;
  readonly #most: number;
  readonly #before: number;
  #largest = 0;
  #taken = 0;

  constructor(resident = (): number => process.memoryUsage.rss(), most = SHARE * totalmem()) {
    this.#resident = resident;
    this.#most = Math.max(most, ALWAYS_FINE);
    this.#before = resident();
  }

  /** Throws `out-of-memory` where this batch is expected to take too much. One segment always goes. */
  check(feeds: Record<string, InputTensor>): void {
    const batch = batchOf(feeds);
    if (batch <= 1 || batch <= this.#largest || this.#largest === 0) return;
    const expected = this.#before + (this.#taken * batch) / this.#largest;
    if (expected <= this.#most) return;
    const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
    throw new AppError(
      'out-of-memory',
      `${batch} segments at once would take ${gigabytes(expected)} GB of the ` +
        `${gigabytes(this.#most)} GB that Earshot allows itself.`,
    );
  }

  /** A batch was run. */
  add(feeds: Record<string, InputTensor>): void {
    const batch = batchOf(feeds);
    if (batch <= this.#largest) return;
    this.#largest = batch;
    this.#taken = Math.max(this.#taken, this.#resident() - this.#before);
  }
}

/** How many segments are computed at once. */
export const batchOf = (feeds: Record<string, InputTensor>): number =>
  Math.max(...Object.values(feeds).map(({ dims }) => dims[0] ?? 1));
