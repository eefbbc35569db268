import type { Kernels } from './kernels.ts';
import { FRAME, SAMPLE_RATE } from './tables.ts';

/** Bins of 150 Hz to 4 kHz, between which peaks count. */
const FIRST_BIN = 14;
const END_BIN = 372;
/** Most peaks of one frame: every third bin. */
const MAX_PEAKS = 120;
const STEPS = 100;
/** The lowest A, from which steps are counted. */
const A0 = 27.5;

/** librosa.estimate_tuning with 36 bins per octave, fed with tiles of magnitudes. */
export class TuningEstimator {
  readonly #kernels: Kernels;
  readonly #bins: number;
  readonly #peaks: number;
  readonly #histogram: number;
  #count = 0;

  /** @param bins of each tile among which the largest is looked for */
  constructor(kernels: Kernels, maxFrames: number, bins: number) {
    this.#kernels = kernels;
    this.#bins = bins;
    this.#peaks = kernels.allocate(maxFrames * MAX_PEAKS * 2);
    this.#histogram = kernels.allocate(65536);
  }

  reset(): void {
    this.#count = 0;
  }

  /** The first `frames` frames of a tile [bin][4 frames]. */
  addTile(magnitudes: number, frames: number): void {
    const { run } = this.#kernels;
    const out = this.#peaks + this.#count * 8;
    this.#count += run.pitchPeaks(magnitudes, this.#bins, FIRST_BIN, END_BIN, frames, out);
  }

  /** In steps of 1/36 octave, -0.5 to 0.49; 0 without any pitch. */
  estimate(): number {
    if (this.#count === 0) return 0;
    const { run } = this.#kernels;
    this.#kernels.clear(this.#histogram, STEPS);
    const scale = SAMPLE_RATE / FRAME / A0;
    run.tuningHistogram(this.#peaks, this.#count, this.#medianHeight(), scale, this.#histogram);
    const steps = this.#kernels.ints.subarray(this.#histogram >> 2, (this.#histogram >> 2) + STEPS);
    return steps.indexOf(Math.max(...steps)) / STEPS - 0.5;
  }

  #medianHeight(): number {
    const kth = (rank: number): number =>
      this.#kernels.run.kthSmallest(this.#peaks + 4, this.#count, 8, rank, this.#histogram);
    const half = this.#count >> 1;
    return this.#count & 1 ? kth(half) : Math.fround((kth(half - 1) + kth(half)) / 2);
  }
}
