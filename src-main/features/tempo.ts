import type { Kernels } from './kernels.ts';
import { hann, HOP, SAMPLE_RATE, splitTable, twiddles } from './tables.ts';

/** Frames of the tempogram's window, 8 s. */
const WINDOW = 344;
const HALF_WINDOW = WINDOW / 2;
const FFT = 1024;
/**
 * Every which frame of the tempogram counts, where the envelope is long against the window: under a Hann window of
 * 344 frames the autocorrelation changes so slowly that the mean of every eighth is the mean of all.
 */
const STEP = 8;
/** librosa's answer where it finds none. */
const DEFAULT_TEMPO = 120;
const MAX_TEMPO = 320;

export interface TempoEstimate {
  /** As librosa's beat tracker says: one of the lags of the tempogram, in BPM. */
  tempo: number;
  /** Between the lags, for showing; null without any pulse. */
  shownTempo: number | null;
  /** Height of the winning peak over the mean of the tempogram. */
  clarity: number;
  /** Autocorrelation at the winning lag, 0 to 1. */
  confidence: number;
}

const bpmOfLag = (lag: number): number => (60 * SAMPLE_RATE) / HOP / lag;

/** Tempo from the mean over time of the normalised autocorrelation of an onset envelope. */
export class TempoEstimator {
  readonly #kernels: Kernels;
  readonly #window: number;
  readonly #twiddles: number;
  readonly #split: number;
  readonly #padded: number;
  readonly #work: { a: number; b: number; spectrum: number; scale: number; sum: number };
  readonly #cosine = Float64Array.from({ length: FFT }, (_, i) =>
    Math.cos((2 * Math.PI * i) / FFT),
  );

  constructor(kernels: Kernels, maxFrames: number) {
    this.#kernels = kernels;
    this.#window = kernels.putFloats(hann(WINDOW));
    this.#twiddles = kernels.putFloats(twiddles(FFT / 2));
    this.#split = kernels.putFloats(splitTable(FFT / 2));
    this.#padded = kernels.allocate(maxFrames + WINDOW + 4 * STEP + 64);
    const tile = (): number => kernels.allocate((FFT / 2 + 16) * 8);
    this.#work = {
      a: tile(),
      b: tile(),
      spectrum: tile(),
      scale: kernels.allocate(16),
      sum: tile(),
    };
  }

  estimate(onset: Float32Array): TempoEstimate {
    if (!onset.some((value) => value > 0)) {
      return { tempo: DEFAULT_TEMPO, shownTempo: null, clarity: 0, confidence: 0 };
    }
    const tempogram = this.#meanAutocorrelation(onset);
    let best = 0;
    let bestScore = -Infinity;
    for (let lag = 1; lag < WINDOW; lag++) {
      if (bpmOfLag(lag) >= MAX_TEMPO) continue;
      const prior = 0.5 * (Math.log2(bpmOfLag(lag)) - Math.log2(DEFAULT_TEMPO)) ** 2;
      const score = Math.log1p(1e6 * tempogram[lag]) - prior;
      if (score > bestScore) [best, bestScore] = [lag, score];
    }
    const mean = tempogram.reduce((sum, value) => sum + value, 0) / tempogram.length;
    return {
      tempo: bpmOfLag(best),
      shownTempo: bpmOfLag(best + parabolaOffset(tempogram, best)),
      clarity: mean > 0 ? tempogram[best] / mean : 0,
      confidence: Math.min(1, Math.max(0, tempogram[best] / (tempogram[0] || 1))),
    };
  }

  /** The envelope fades to silence over half a window at both ends (NumPy's linear ramp). */
  #pad(onset: Float32Array): void {
    const { floats } = this.#kernels;
    const at = this.#padded >> 2;
    const count = onset.length;
    this.#kernels.clear(this.#padded, count + WINDOW + 4 * STEP + 16);
    for (let j = 0; j < HALF_WINDOW; j++) {
      floats[at + j] = (onset[0] * j) / HALF_WINDOW;
      floats[at + HALF_WINDOW + count + j] =
        (onset[count - 1] * (HALF_WINDOW - 1 - j)) / HALF_WINDOW;
    }
    floats.set(onset, at + HALF_WINDOW);
  }

  /** The mean of normalised autocorrelations is one inverse transform of the mean of |F|²/energy. */
  #meanAutocorrelation(onset: Float32Array): Float64Array {
    const { run } = this.#kernels;
    const { a, b, spectrum, scale, sum } = this.#work;
    this.#pad(onset);
    this.#kernels.clear(sum, (FFT / 2 + 1) * 4);
    const step = onset.length < 4 * WINDOW ? 1 : STEP;
    const count = Math.floor(onset.length / step);
    const first = (onset.length - 1 - (count - 1) * step) >> 1;
    for (let i = 0; i < count; i += 4) {
      const at = this.#padded + (first + i * step) * 4;
      run.loadFrames(at, 4 * step, this.#window, a, WINDOW);
      this.#kernels.clear(a + (WINDOW / 2) * 32, (FFT / 2 - WINDOW / 2) * 8);
      run.inverseEnergy(at, 4 * step, this.#window, WINDOW, scale);
      for (let lane = count - i; lane < 4; lane++) this.#kernels.floats[(scale >> 2) + lane] = 0;
      const transform = run.fft4(a, b, FFT / 2, this.#twiddles);
      run.addTempogram(transform, FFT / 2, this.#split, spectrum, scale, sum);
    }
    const { floats } = this.#kernels;
    const power = Float64Array.from({ length: FFT / 2 + 1 }, (_, k) => {
      const at = (sum >> 2) + k * 4;
      return floats[at] + floats[at + 1] + floats[at + 2] + floats[at + 3];
    });
    return Float64Array.from({ length: WINDOW }, (_, lag) => {
      let value = power[0] + (lag & 1 ? -power[FFT / 2] : power[FFT / 2]);
      for (let k = 1; k < FFT / 2; k++) value += 2 * power[k] * this.#cosine[(k * lag) % FFT];
      return value / FFT / count;
    });
  }
}

/** Where between its neighbours a peak really lies, -0.5 to 0.5. */
function parabolaOffset(values: Float64Array, at: number): number {
  if (at <= 1 || at >= values.length - 1) return 0;
  const curve = values[at - 1] - 2 * values[at] + values[at + 1];
  if (curve >= 0) return 0;
  return Math.max(-0.5, Math.min(0.5, (values[at - 1] - values[at + 1]) / (2 * curve)));
}
