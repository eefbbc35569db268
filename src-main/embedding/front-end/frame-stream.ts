import type { MelFrames } from './mel-frames.ts';

type OnRow = (row: Float32Array) => void;

/**
 * Cuts a stream of samples into the frames of one front-end and computes a row of mel values for each,
 * however the stream is chunked. `wanted` spares the work for frames that nobody needs: their rows come with
 * whatever they held.
 */
export class FrameStream {
  readonly #mel: MelFrames;
  readonly #wanted: (frame: number) => boolean;
  readonly #onRow: OnRow;
  readonly #rows: readonly [Float32Array, Float32Array];
  #pending: Float32Array = new Float32Array(1 << 16);
  #filled = 0;
  #frame = 0;
  #headIsDone = false;

  constructor(mel: MelFrames, onRow: OnRow, wanted: (frame: number) => boolean = () => true) {
    this.#mel = mel;
    this.#onRow = onRow;
    this.#wanted = wanted;
    const { bands } = mel.frontEnd;
    this.#rows = [new Float32Array(bands), new Float32Array(bands)];
  }

  push(samples: Float32Array): void {
    this.#append(samples);
    if (!this.#headIsDone && this.#filled > this.#margin) this.#padHead();
    if (this.#headIsDone) this.#computeFrames();
  }

  finish(): void {
    if (!this.#headIsDone) this.#padHead();
    if (this.#margin > 0) this.#append(this.#edge('tail'));
    this.#computeFrames();
  }

  get #margin(): number {
    const { centre, nFft } = this.#mel.frontEnd;
    return centre === 'none' ? 0 : nFft / 2;
  }

  #padHead(): void {
    this.#headIsDone = true;
    if (this.#margin === 0) return;
    const all = this.#pending.slice(0, this.#filled);
    const head = this.#edge('head');
    this.#filled = 0;
    this.#append(head);
    this.#append(all);
  }

  /** The samples beyond an end: silence, or the mirror image without the outermost sample. */
  #edge(end: 'head' | 'tail'): Float32Array {
    const margin = this.#margin;
    const edge = new Float32Array(margin);
    if (this.#mel.frontEnd.centre !== 'reflect') return edge;
    for (let i = 0; i < margin; i++) {
      const from = end === 'head' ? margin - i : this.#filled - 2 - i;
      edge[i] = from >= 0 && from < this.#filled ? this.#pending[from] : 0;
    }
    return edge;
  }

  #append(samples: Float32Array): void {
    const needed = this.#filled + samples.length;
    if (needed > this.#pending.length) {
      const larger = new Float32Array(Math.max(needed, this.#pending.length * 2));
      larger.set(this.#pending.subarray(0, this.#filled));
      this.#pending = larger;
    }
    this.#pending.set(samples, this.#filled);
    this.#filled = needed;
  }

  #computeFrames(): void {
    const { span } = this.#mel;
    const { hop } = this.#mel.frontEnd;
    let at = 0;
    while (at + span <= this.#filled) {
      const isPair = at + hop + span <= this.#filled;
      this.#computePair(at, isPair ? at + hop : at);
      at += isPair ? 2 * hop : hop;
    }
    this.#pending.copyWithin(0, at, this.#filled);
    this.#filled = Math.max(0, this.#filled - at);
  }

  /** Two of them come for the time of one. */
  #computePair(first: number, second: number): void {
    const count = second > first ? 2 : 1;
    const frame = this.#frame;
    this.#frame += count;
    if (this.#wanted(frame) || this.#wanted(this.#frame - 1)) {
      this.#mel.compute(this.#pending, [first, second], this.#rows);
    }
    for (let i = 0; i < count; i++) this.#onRow(this.#rows[i]);
  }
}
