import { Random } from '../base/random.ts';
import { ComplexFft } from './complex-fft.ts';
import { HOP, N_FFT } from './mel-grid.ts';

/** Fast Griffin-Lim (Perraudin et al. 2013) pushes every step on by this part of the last change. */
const MOMENTUM = 0.99;
const ITERATIONS = 24;
const BINS = N_FFT / 2 + 1;

const window = Float64Array.from(
  { length: N_FFT },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / N_FFT),
);

/**
 * Finds a sound whose spectrogram has given magnitudes: phases are guessed, and brought into line with
 * each other by going to samples and back.
 * @param magnitudes one array of N_FFT / 2 + 1 per frame of `HOP` samples
 * @returns (frames - 1) × `HOP` samples
 */
export function griffinLim(magnitudes: readonly Float64Array[], seed: number): Float32Array {
  const frames = magnitudes.length;
  const random = new Random(seed);
  const phases = new Float64Array(2 * frames * BINS);
  for (let i = 0; i < frames * BINS; i++) {
    const angle = 2 * Math.PI * random.next();
    phases[2 * i] = Math.cos(angle);
    phases[2 * i + 1] = Math.sin(angle);
  }
  const previous = new Float64Array(2 * frames * BINS);
  const spectrum = new ShortTimeSpectrum(frames);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const samples = spectrum.toSamples(magnitudes, phases);
    const rebuilt = spectrum.ofSamples(samples);
    for (let i = 0; i < rebuilt.length; i += 2) {
      const re = rebuilt[i] + MOMENTUM * (rebuilt[i] - previous[i]);
      const im = rebuilt[i + 1] + MOMENTUM * (rebuilt[i + 1] - previous[i + 1]);
      const length = Math.sqrt(re * re + im * im) || 1;
      phases[i] = re / length;
      phases[i + 1] = im / length;
    }
    previous.set(rebuilt);
  }
  const padded = spectrum.toSamples(magnitudes, phases);
  return Float32Array.from(padded.subarray(N_FFT / 2, padded.length - N_FFT / 2));
}

/** Samples and complex frames of them, back and forth. */
class ShortTimeSpectrum {
  readonly #frames: number;
  readonly #length: number;
  readonly #fft = new ComplexFft(N_FFT);
  /** How much of the window lies over each sample. */
  readonly #weight: Float64Array;
  readonly #spectra: Float64Array;

  constructor(frames: number) {
    this.#frames = frames;
    this.#length = N_FFT + (frames - 1) * HOP;
    this.#spectra = new Float64Array(2 * frames * BINS);
    this.#weight = new Float64Array(this.#length);
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < N_FFT; i++) this.#weight[frame * HOP + i] += window[i] ** 2;
    }
  }

  /** Real and imaginary parts in turn, frame by frame; overwritten by the next call. */
  ofSamples(samples: Float64Array): Float64Array {
    const { re, im } = this.#fft;
    for (let frame = 0; frame < this.#frames; frame++) {
      for (let i = 0; i < N_FFT; i++) re[i] = window[i] * samples[frame * HOP + i];
      im.fill(0);
      this.#fft.forward();
      const at = 2 * frame * BINS;
      for (let k = 0; k < BINS; k++) {
        this.#spectra[at + 2 * k] = re[k];
        this.#spectra[at + 2 * k + 1] = im[k];
      }
    }
    return this.#spectra;
  }

  toSamples(magnitudes: readonly Float64Array[], phases: Float64Array): Float64Array {
    const samples = new Float64Array(this.#length);
    const { re, im } = this.#fft;
    for (let frame = 0; frame < this.#frames; frame++) {
      const at = 2 * frame * BINS;
      for (let k = 0; k < BINS; k++) {
        re[k] = magnitudes[frame][k] * phases[at + 2 * k];
        im[k] = magnitudes[frame][k] * phases[at + 2 * k + 1];
        const mirror = N_FFT - k;
        if (mirror < N_FFT && mirror !== k) {
          re[mirror] = re[k];
          im[mirror] = -im[k];
        }
      }
      this.#fft.backward();
      for (let i = 0; i < N_FFT; i++) samples[frame * HOP + i] += window[i] * re[i];
    }
    for (let i = 0; i < samples.length; i++) samples[i] /= Math.max(1e-8, this.#weight[i]);
    return samples;
  }
}
