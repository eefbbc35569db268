import type { FrontEnd } from '../../models/room.ts';
import { applyMelBands, makeMelBands } from './mel-bands.ts';
import type { MelBands } from './mel-bands.ts';
import { RealFft } from './real-fft.ts';

/** Turns single windows of samples into rows of mel values, as one model's front-end defines them. */
export class MelFrames {
  readonly frontEnd: FrontEnd;
  readonly #window: Float64Array;
  readonly #fft: RealFft;
  readonly #bands: MelBands;
  readonly #frame: Float64Array;
  readonly #spectrum: Float64Array;
  readonly #windowStart: number;

  constructor(frontEnd: FrontEnd) {
    this.frontEnd = frontEnd;
    const { nFft, windowLength, window } = frontEnd;
    this.#window = hann(windowLength, window === 'hann-symmetric');
    this.#fft = new RealFft(nFft);
    this.#bands = makeMelBands(frontEnd);
    this.#frame = new Float64Array(nFft);
    this.#spectrum = new Float64Array(nFft / 2 + 1);
    // A centred frame holds its window in the middle (librosa); the others at the start (Kaldi).
    this.#windowStart = frontEnd.centre === 'none' ? 0 : (nFft - windowLength) >> 1;
  }

  /** Samples that one frame looks at. */
  get span(): number {
    return this.frontEnd.centre === 'none' ? this.frontEnd.windowLength : this.frontEnd.nFft;
  }

  /** Writes `bands` compressed (not yet normalised) values for the `span` samples from `at`. */
  compute(samples: Float32Array, at: number, out: Float32Array): void {
    const { windowLength, removeDc, preEmphasis, spectrum } = this.frontEnd;
    const frame = this.#frame;
    const start = this.#windowStart;
    const window = this.#window;
    if (removeDc || preEmphasis > 0) {
      for (let i = 0; i < windowLength; i++) frame[start + i] = samples[at + start + i];
      if (removeDc) subtractMean(frame, start, windowLength);
      if (preEmphasis > 0) emphasise(frame, start, windowLength, preEmphasis);
      for (let i = 0; i < windowLength; i++) frame[start + i] *= window[i];
    } else {
      for (let i = 0; i < windowLength; i++) frame[start + i] = samples[at + start + i] * window[i];
    }
    this.#fft.powerSpectrum(frame, this.#spectrum);
    if (spectrum === 'magnitude') {
      for (let k = 0; k < this.#spectrum.length; k++)
        this.#spectrum[k] = Math.sqrt(this.#spectrum[k]);
    }
    applyMelBands(this.#bands, this.#spectrum, out);
    compress(out, this.frontEnd.compression);
  }
}

function hann(length: number, symmetric: boolean): Float64Array {
  const period = symmetric ? length - 1 : length;
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / period));
}

function subtractMean(frame: Float64Array, start: number, length: number): void {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += frame[i];
  const mean = sum / length;
  for (let i = start; i < start + length; i++) frame[i] -= mean;
}

/** x[i] - a·x[i-1]; the first sample counts as its own predecessor (Kaldi). */
function emphasise(frame: Float64Array, start: number, length: number, a: number): void {
  for (let i = start + length - 1; i > start; i--) frame[i] -= a * frame[i - 1];
  frame[start] -= a * frame[start];
}

function compress(values: Float32Array, how: FrontEnd['compression']): void {
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (how.kind === 'ln-floor') values[i] = Math.log(Math.max(x, how.floor));
    else if (how.kind === 'ln-offset') values[i] = Math.log(x + how.offset);
    else if (how.kind === 'log10-scaled') values[i] = Math.log10(1 + how.scale * x);
    else values[i] = 10 * Math.log10(Math.max(x, how.floor));
  }
}
