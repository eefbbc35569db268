import type { FrontEnd } from '../../models/room.ts';
import { makeMelBands } from './mel-bands.ts';
import { MelKernel } from './mel-kernel.ts';

/** Turns windows of samples into rows of mel values, two at a time, as one model's front-end defines them. */
export class MelFrames {
  readonly frontEnd: FrontEnd;
  readonly #window: Float64Array;
  readonly #kernel: MelKernel;
  readonly #prepared: Float64Array;
  readonly #windowStart: number;

  constructor(frontEnd: FrontEnd) {
    this.frontEnd = frontEnd;
    const { nFft, windowLength, window } = frontEnd;
    this.#window = hann(windowLength, window === 'hann-symmetric');
    this.#kernel = new MelKernel(nFft, makeMelBands(frontEnd));
    this.#prepared = new Float64Array(windowLength);
    // A centred frame holds its window in the middle (librosa); the others at the start (Kaldi).
    this.#windowStart = frontEnd.centre === 'none' ? 0 : (nFft - windowLength) >> 1;
  }

  /** Samples that one frame looks at. */
  get span(): number {
    return this.frontEnd.centre === 'none' ? this.frontEnd.windowLength : this.frontEnd.nFft;
  }

  /**
   * Writes `bands` compressed (not yet normalised) values into each of two rows, for the `span` samples from `first`
   * and from `second`. What stands in one row does not depend on the other.
   */
  compute(
    samples: Float32Array,
    [first, second]: readonly [number, number],
    rows: readonly [Float32Array, Float32Array],
  ): void {
    const { windowLength, spectrum, compression } = this.frontEnd;
    const { frames, bands } = this.#kernel;
    frames.fill(0, 0, 2 * this.#windowStart);
    frames.fill(0, 2 * (this.#windowStart + windowLength));
    this.#load(samples, first, 0);
    this.#load(samples, second, 1);
    this.#kernel.compute(spectrum === 'magnitude');
    for (const [lane, row] of rows.entries()) {
      for (let band = 0; band < row.length; band++) row[band] = bands[2 * band + lane];
      compress(row, compression);
    }
  }

  /** Samples times window, into one lane of the kernel. */
  #load(samples: Float32Array, at: number, lane: 0 | 1): void {
    const { windowLength, removeDc, preEmphasis } = this.frontEnd;
    const { frames } = this.#kernel;
    const window = this.#window;
    const start = at + this.#windowStart;
    const to = 2 * this.#windowStart + lane;
    if (!removeDc && preEmphasis === 0) {
      for (let i = 0; i < windowLength; i++) frames[to + 2 * i] = samples[start + i] * window[i];
      return;
    }
    const prepared = this.#prepared;
    for (let i = 0; i < windowLength; i++) prepared[i] = samples[start + i];
    if (removeDc) subtractMean(prepared);
    if (preEmphasis > 0) emphasise(prepared, preEmphasis);
    for (let i = 0; i < windowLength; i++) frames[to + 2 * i] = prepared[i] * window[i];
  }
}

function hann(length: number, symmetric: boolean): Float64Array {
  const period = symmetric ? length - 1 : length;
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / period));
}

function subtractMean(frame: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += frame[i];
  const mean = sum / frame.length;
  for (let i = 0; i < frame.length; i++) frame[i] -= mean;
}

/** x[i] - a·x[i-1]; the first sample counts as its own predecessor (Kaldi). */
function emphasise(frame: Float64Array, a: number): void {
  for (let i = frame.length - 1; i > 0; i--) frame[i] -= a * frame[i - 1];
  frame[0] -= a * frame[0];
}

function compress(row: Float32Array, how: FrontEnd['compression']): void {
  const { length } = row;
  if (how.kind === 'ln-floor') {
    for (let i = 0; i < length; i++) row[i] = Math.log(Math.max(row[i], how.floor));
  } else if (how.kind === 'ln-offset') {
    for (let i = 0; i < length; i++) row[i] = Math.log(row[i] + how.offset);
  } else if (how.kind === 'log10-scaled') {
    for (let i = 0; i < length; i++) row[i] = Math.log10(1 + how.scale * row[i]);
  } else {
    for (let i = 0; i < length; i++) row[i] = 10 * Math.log10(Math.max(row[i], how.floor));
  }
}
