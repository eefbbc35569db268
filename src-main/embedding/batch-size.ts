/** Bytes of input of one batch, and what the network makes of it on the way is many times as much. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_SEGMENTS = 64;
/** A size is measured over so many batches; the first one warms up. */
const MEASURED_BATCHES = 3;
/** A larger batch must be this much quicker per segment to be worth its memory. */
const WORTHWHILE = 0.95;

/**
 * How many segments a device takes at once, found by trial on the work itself: doubled as long as that is
 * quicker, halved where it fails.
 */
export class BatchSize {
  #size: number;
  #isSettled: boolean;
  #milliseconds: number[] = [];
  #before = Infinity;
  readonly #most: number;

  /** @param known as found by an earlier run */
  constructor(segmentBytes: number, known: number | null) {
    this.#most = Math.max(1, Math.min(MOST_SEGMENTS, Math.floor(MOST_BYTES / segmentBytes)));
    this.#size = Math.min(this.#most, known ?? 1);
    this.#isSettled = known !== null || this.#most === 1;
  }

  get size(): number {
    return this.#size;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** A batch of `count` segments took so long. */
  add(count: number, milliseconds: number): void {
    if (this.#isSettled || count !== this.#size) return;
    this.#milliseconds.push(milliseconds / count);
    if (this.#milliseconds.length < MEASURED_BATCHES) return;
    const best = Math.min(...this.#milliseconds.slice(1));
    this.#milliseconds = [];
    if (best > WORTHWHILE * this.#before) this.#settleAt(this.#size / 2);
    else if (this.#size * 2 > this.#most) this.#settleAt(this.#size);
    else this.#size *= 2;
    this.#before = best;
  }

  /** A batch of `count` could not be run, as where memory ran out. */
  fail(count: number): void {
    if (count <= this.#size) this.#settleAt(Math.max(1, Math.floor(count / 2)));
  }

  #settleAt(size: number): void {
    this.#size = size;
    this.#isSettled = true;
  }
}
