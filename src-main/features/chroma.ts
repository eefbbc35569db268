import type { Kernels } from './kernels.ts';
import { fourStepTwiddles, hannTransform, SAMPLE_RATE, splitTable, twiddles } from './tables.ts';

/** Samples at 11,025 Hz of one long transform; it gives FOLD frames, of which GUARD at each end are unusable. */
const LONG = 131072;
const FOLD = 512;
export const GUARD = 36;
const USABLE = FOLD - 2 * GUARD;
/** Samples at 11,025 Hz from frame to frame. */
export const HALF_HOP = 256;
/** Bins of the long transform up to the top of the seven octaves. */
const LONG_BINS = Math.ceil((4662 / 11025) * LONG) + 64;
/** C1 in Hz. */
const LOWEST = 32.70319566257483;
const STEP = 2 ** (1 / 36);
const QUALITY = (STEP * STEP + 1) / (STEP * STEP - 1);

/** What follows a signal at 11,025 Hz must be zeros for this many samples. */
export const CHROMA_TAIL = (FOLD + 2 * GUARD) * HALF_HOP + LONG;

/**
 * librosa's chroma_cqt: constant-Q magnitudes (36 bins per octave, 7 octaves from C1) summed per pitch
 * class and divided by the largest of each frame. All frames of a filter come out of one long transform.
 */
export class ChromaExtractor {
  readonly #kernels: Kernels;
  readonly #stride: number;
  readonly #tables: { fold: number; rows: number; fourStep: number; split: number; hann: number };
  readonly #work: { a: number; b: number; re: number; im: number; turn: number; spectrum: number };
  readonly #filters: { weights: number; descriptors: number; gains: number };
  /** The tuning that the filters were made for. */
  #filtersOf: number | null = null;
  /** Byte offset of 12 rows of `stride` floats, the answer of `compute`. */
  readonly rows: number;

  constructor(kernels: Kernels, maxFrames: number) {
    this.#kernels = kernels;
    this.#stride = maxFrames + FOLD;
    this.#tables = {
      fold: kernels.putFloats(twiddles(FOLD)),
      rows: kernels.putFloats(twiddles(256)),
      fourStep: kernels.putFloats(fourStepTwiddles()),
      split: kernels.putFloats(splitTable(LONG / 2, LONG_BINS)),
      hann: kernels.putFloats(hannTransform()),
    };
    this.#work = {
      a: kernels.allocate(FOLD * 8),
      b: kernels.allocate(FOLD * 8),
      re: kernels.allocate(LONG / 2),
      im: kernels.allocate(LONG / 2),
      turn: kernels.allocate(LONG),
      spectrum: kernels.allocate(LONG_BINS * 2),
    };
    this.#filters = {
      weights: kernels.allocate(900_000),
      descriptors: kernels.allocate(12 * 24 * 3),
      gains: kernels.allocate(12 * 24),
    };
    this.rows = kernels.allocate(12 * this.#stride);
  }

  get strideBytes(): number {
    return this.#stride * 4;
  }

  /**
   * @param signal byte offset of samples at 11,025 Hz, frame t at `(GUARD + t) · HALF_HOP`, zeros around
   * @param tuning in steps of 1/36 octave, -0.5 to 0.5
   */
  compute(signal: number, frames: number, tuning: number): void {
    const { run } = this.#kernels;
    const { a, b, re, im, turn, spectrum } = this.#work;
    const { weights, descriptors, gains } = this.#filters;
    if (tuning !== this.#filtersOf) this.#makeFilters(tuning);
    this.#filtersOf = tuning;
    for (let c = 0; c < 12; c++) {
      this.#kernels.clear(this.rows + c * this.strideBytes, Math.min(this.#stride, frames + FOLD));
    }
    for (let first = 0; first < frames; first += USABLE) {
      const at = signal + first * HALF_HOP * 4;
      run.fft131072(at, re, im, a, b, turn, this.#tables.rows, this.#tables.fourStep);
      run.splitLong(re, im, LONG / 2, LONG_BINS, this.#tables.split, spectrum);
      const last = Math.min(FOLD - GUARD, GUARD + frames - first);
      for (let group = 0; group < 72; group++) {
        const row = this.rows + Math.floor(group / 6) * this.strideBytes + first * 4;
        const filters = descriptors + group * 48;
        const gain = gains + group * 16;
        run.constantQ(
          spectrum,
          filters,
          gain,
          weights,
          FOLD,
          a,
          b,
          this.#tables.fold,
          row,
          GUARD,
          last,
        );
      }
    }
    run.normaliseChroma(this.rows, this.strideBytes, frames);
  }

  /** The 21 bins of each pitch class (three per octave) in six groups of four, the last ones empty. */
  #makeFilters(tuning: number): void {
    const { ints, floats, run } = this.#kernels;
    const { weights, descriptors, gains } = this.#filters;
    const lowest = LOWEST * 2 ** (tuning / 36);
    let used = 0;
    for (let slot = 0; slot < 12 * 24; slot++) {
      const c = Math.floor(slot / 24);
      const i = slot % 24;
      const descriptor = (descriptors >> 2) + slot * 3;
      if (i >= 21) {
        ints.fill(0, descriptor, descriptor + 3);
        floats[(gains >> 2) + slot] = 0;
        continue;
      }
      const bin = Math.floor(i / 3) * 36 + ((3 * c + (i % 3) - 1 + 36) % 36);
      const hz = lowest * 2 ** (bin / 36);
      const length = (QUALITY * SAMPLE_RATE) / hz;
      const centre = (hz * LONG) / (SAMPLE_RATE / 2);
      const reach = (4 * LONG) / (length / 2);
      const from = Math.ceil(centre - reach);
      const to = Math.min(LONG_BINS - 1, Math.floor(centre + reach));
      run.fillFilter(
        weights + 4 * used,
        from,
        to,
        centre,
        (length / 2 / LONG) * 1024,
        this.#tables.hann,
      );
      ints[descriptor] = from;
      ints[descriptor + 1] = to - from + 1;
      ints[descriptor + 2] = used;
      floats[(gains >> 2) + slot] = Math.sqrt(length) / LONG;
      used += to - from + 1;
    }
  }
}
