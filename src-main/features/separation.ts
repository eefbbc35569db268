import type { Kernels } from './kernels.ts';
import { hann, splitTable, twiddles } from './tables.ts';

/** Bins that are kept: the constant-Q transform ends at 4,662 Hz; rows are padded to 440. */
export const KEPT_BINS = 434;
export const ROW_BINS = 440;
const ROW_BYTES = ROW_BINS * 4;
const KEY_ROW_BYTES = ROW_BINS * 2;
/** The median over frequency looks 15 bins further. */
const MEDIAN_BINS = KEPT_BINS + 15;
/** Frames held at once, and how many of them the next block needs again (two margins of the median, even). */
const BLOCK = 280;
const OVERLAP = 32;
const MARGIN = OVERLAP / 2;
/** Centres of one pass of the median over time; keeps its lists in the cache. */
const PASS = 248;
/** The harmonic part is made at half the rate: frames of 1,024 every 256. */
const HALF_FRAME = 1024;
const HALF_HOP = 256;

/**
 * The harmonic part of a signal, as librosa.effects.harmonic: medians of 31 over time and frequency, a
 * soft mask, and back to samples (at 11,025 Hz, as nothing above 4.7 kHz is needed). Frames arrive in
 * tiles of four and leave in blocks, so that memory does not grow with the track.
 */
export class HarmonicSeparation {
  readonly #kernels: Kernels;
  readonly #onMagnitudeRow: (row: number) => void;
  readonly #rows: {
    magnitude: number;
    percussive: number;
    harmonic: number;
    re: number;
    im: number;
  };
  readonly #keys: { time: number; median: number; tiles: number; tileMedian: number };
  readonly #tiles: { held: number; percussiveA: number; percussiveB: number };
  readonly #inverse: {
    twiddles: number;
    split: number;
    window: number;
    a: number;
    b: number;
    tile: number;
  };
  readonly #lists: number;
  /** Global index of the first frame held, how many are held, how many of those have keys. */
  #base = 0;
  #held = 0;
  #keyed = 0;
  #signal = 0;

  /** @param onMagnitudeRow called once per frame with its row of `ROW_BINS` magnitudes */
  constructor(kernels: Kernels, onMagnitudeRow: (row: number) => void) {
    this.#kernels = kernels;
    this.#onMagnitudeRow = onMagnitudeRow;
    const rows = (): number => kernels.allocate((BLOCK + 4) * ROW_BINS);
    const keys = (): number => kernels.allocate(((BLOCK + 4) * ROW_BINS) / 2);
    const tile = (): number => kernels.allocate(1056 * 4);
    this.#rows = {
      magnitude: rows(),
      percussive: rows(),
      harmonic: rows(),
      re: rows(),
      im: rows(),
    };
    this.#keys = { time: keys(), median: keys(), tiles: tile(), tileMedian: tile() };
    this.#tiles = { held: tile(), percussiveA: tile(), percussiveB: tile() };
    const window = hann(HALF_FRAME).map((value) => value / (2 * HALF_FRAME) / 1.5);
    this.#inverse = {
      twiddles: kernels.putFloats(twiddles(HALF_FRAME / 2)),
      split: kernels.putFloats(splitTable(HALF_FRAME / 2)),
      window: kernels.putFloats(window),
      a: kernels.allocate(HALF_FRAME * 8),
      b: kernels.allocate(HALF_FRAME * 8),
      tile: kernels.allocate(600 * 8),
    };
    this.#lists = kernels.allocate(34 * 64);
  }

  /** @param signal where the harmonic part is added up: sample 0 at 11,025 Hz, zeros around */
  reset(signal: number): void {
    this.#signal = signal;
    this.#base = 0;
    this.#held = 0;
    this.#keyed = 0;
  }

  /** Takes the next four frames: tiles [bin][4] of magnitudes and of complex spectra. */
  addTile(magnitudes: number, spectra: number): void {
    if (this.#held === BLOCK) this.#finishBlock(BLOCK, false);
    const { run, floats } = this.#kernels;
    const at = this.#held * ROW_BYTES;
    run.framesFromTile(magnitudes, ROW_BINS, this.#rows.magnitude + at, ROW_BYTES);
    const { re, im } = this.#rows;
    run.spectraFromTile(spectra, ROW_BINS, re + at, im + at, ROW_BYTES);
    if (this.#held & 4) {
      this.#frequencyMedian(this.#tiles.held, magnitudes, this.#held - 4);
    } else {
      const from = magnitudes >> 2;
      floats.copyWithin(this.#tiles.held >> 2, from, from + (MEDIAN_BINS + 1) * 4);
    }
    this.#held += 4;
  }

  /** All tiles are in; `frames` of them are real. */
  finish(frames: number): void {
    if (this.#held & 4) this.#frequencyMedian(this.#tiles.held, this.#tiles.held, this.#held - 4);
    this.#finishBlock(frames - this.#base, true);
  }

  /** Two tiles at once: eight frames fill a vector of 16-bit keys. */
  #frequencyMedian(first: number, second: number, row: number): void {
    const { run } = this.#kernels;
    const { tiles, tileMedian } = this.#keys;
    const { percussiveA, percussiveB } = this.#tiles;
    run.keysOfTiles(first, second, MEDIAN_BINS, tiles);
    run.median31(tiles, 16, MEDIAN_BINS, 0, MEDIAN_BINS, tileMedian, 16, this.#lists);
    run.tilesOfKeys(tileMedian, ROW_BINS, percussiveA, percussiveB);
    const at = this.#rows.percussive + row * ROW_BYTES;
    run.framesFromTile(percussiveA, ROW_BINS, at, ROW_BYTES);
    if (second !== first) run.framesFromTile(percussiveB, ROW_BINS, at + 4 * ROW_BYTES, ROW_BYTES);
  }

  /** Frees what has both margins; a last block ends at its real end and is mirrored there. */
  #finishBlock(frames: number, isLast: boolean): void {
    const { run, floats } = this.#kernels;
    const { magnitude, percussive, harmonic, re, im } = this.#rows;
    const { time, median } = this.#keys;
    const from = this.#base === 0 ? 0 : MARGIN;
    const to = isLast ? frames : frames - MARGIN;
    for (; this.#keyed < frames; this.#keyed++) {
      const row = this.#keyed;
      run.keysOfRow(magnitude + row * ROW_BYTES, ROW_BINS, time + row * KEY_ROW_BYTES);
    }
    for (let first = from; first < to; first += PASS) {
      const end = Math.min(first + PASS, to);
      for (let bin = 0; bin < ROW_BINS; bin += 8) {
        const column = bin * 2;
        run.median31(
          time + column,
          KEY_ROW_BYTES,
          frames,
          first,
          end,
          median + column,
          KEY_ROW_BYTES,
          this.#lists,
        );
      }
    }
    for (let row = from; row < to; row++) {
      const at = row * ROW_BYTES;
      this.#onMagnitudeRow(magnitude + at);
      run.rowOfKeys(median + row * KEY_ROW_BYTES, ROW_BINS, harmonic + at);
      run.softMask(harmonic + at, percussive + at, re + at, im + at, ROW_BINS);
    }
    if (isLast) {
      floats.fill(0, (re + to * ROW_BYTES) >> 2, (re + (to + 4) * ROW_BYTES) >> 2);
      floats.fill(0, (im + to * ROW_BYTES) >> 2, (im + (to + 4) * ROW_BYTES) >> 2);
    }
    for (let row = from; row < to; row += 4) this.#addFrames(row);
    if (!isLast) this.#keepOverlap(frames);
  }

  #addFrames(row: number): void {
    const { run } = this.#kernels;
    const { a, b, split, tile, twiddles: factors, window } = this.#inverse;
    const { re, im } = this.#rows;
    const at = row * ROW_BYTES;
    const half = HALF_FRAME / 2;
    run.packForInverse(re + at, im + at, ROW_BYTES, KEPT_BINS, half, split, tile, a);
    const result = run.fft4(a, b, half, factors);
    const sample = (this.#base + row) * HALF_HOP - half;
    run.overlapAdd(result, half, window, this.#signal + sample * 4, HALF_HOP * 4);
  }

  #keepOverlap(frames: number): void {
    const { floats } = this.#kernels;
    const first = frames - OVERLAP;
    for (const rows of Object.values(this.#rows)) {
      const at = rows >> 2;
      floats.copyWithin(at, at + first * ROW_BINS, at + frames * ROW_BINS);
    }
    const keys = this.#keys.time >> 2;
    const words = KEY_ROW_BYTES / 4;
    floats.copyWithin(keys, keys + first * words, keys + frames * words);
    this.#base += first;
    this.#held = OVERLAP;
    this.#keyed = OVERLAP;
  }
}
