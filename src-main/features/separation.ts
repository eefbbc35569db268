import type { Kernels } from './kernels.ts';
import { hann, splitTable, twiddles } from './tables.ts';

/** Bins that are kept, some more than the 434 up to 4,662 Hz where the constant-Q transform ends. */
export const KEPT_BINS = 436;
/** Keys of one frame, in whole vectors. */
const ROW_BINS = 440;
const ROW_BYTES = ROW_BINS * 2;
/** The median over frequency looks 15 bins further than the constant-Q transform. */
const MEDIAN_BINS = 434 + 15;
/** Frames held at once, and how many of them the next block needs again (two margins of the median, even). */
const BLOCK = 280;
const OVERLAP = 32;
const MARGIN = OVERLAP / 2;
/** Centres of one pass of the median over time; keeps its lists in the cache. */
const PASS = 248;
/** The harmonic part is made at half the rate: frames of 1,024 every 256. */
const HALF_FRAME = 1024;
const HALF_HOP = 256;
/** Complex bins of four frames, zeros above those that are kept. */
const TILE_BYTES = (HALF_FRAME / 2 + 1) * 32;
/** Keys of eight frames. */
const KEY_TILE_BYTES = ROW_BINS * 16;

/**
 * The harmonic part of a signal, as librosa.effects.harmonic: medians of 31 over time and frequency, a
 * soft mask, and back to samples (at 11,025 Hz, as nothing above 4.7 kHz is needed). Frames arrive in
 * tiles of four and leave in blocks, so that memory does not grow with the track. Medians are of 16-bit keys:
 * eight frames, or eight bins, fill a vector.
 */
export class HarmonicSeparation {
  readonly #kernels: Kernels;
  /** Per four frames. */
  readonly #spectra: number;
  /** Per frame. */
  readonly #rows: { keys: number; medians: number };
  /** Of eight frames each: what arrives, its medians over time, and per eight frames those over frequency. */
  readonly #tiles: { keys: number; harmonic: number; percussive: number };
  readonly #inverse: { twiddles: number; split: number; window: number; a: number; b: number };
  readonly #lists: number;
  /** Global index of the first frame held, and how many are held. */
  #base = 0;
  #held = 0;
  #signal = 0;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#spectra = kernels.allocate(((BLOCK / 4) * TILE_BYTES) / 4);
    const rows = (): number => kernels.allocate((BLOCK * ROW_BYTES) / 4);
    this.#rows = { keys: rows(), medians: rows() };
    this.#tiles = {
      keys: kernels.allocate(MEDIAN_BINS * 4),
      harmonic: kernels.allocate(KEY_TILE_BYTES / 4),
      percussive: kernels.allocate(((BLOCK / 8) * KEY_TILE_BYTES) / 4),
    };
    const window = hann(HALF_FRAME).map((value) => value / (2 * HALF_FRAME) / 1.5);
    this.#inverse = {
      twiddles: kernels.putFloats(twiddles(HALF_FRAME / 2)),
      split: kernels.putFloats(splitTable(HALF_FRAME / 2)),
      window: kernels.putFloats(window),
      a: kernels.allocate(HALF_FRAME * 8),
      b: kernels.allocate(HALF_FRAME * 8),
    };
    this.#lists = kernels.allocate(34 * 64);
  }

  /** @param signal where the harmonic part is added up: sample 0 at 11,025 Hz, zeros around */
  reset(signal: number): void {
    this.#signal = signal;
    this.#base = 0;
    this.#held = 0;
  }

  /** Takes the next four frames: tiles [bin][4] of magnitudes and of complex spectra. */
  addTile(magnitudes: number, spectra: number): void {
    if (this.#held === BLOCK) this.#finishBlock(BLOCK, false);
    const { run, floats } = this.#kernels;
    const isSecond = this.#held % 8 === 4;
    run.keysOfTile(magnitudes, MEDIAN_BINS, this.#tiles.keys + (isSecond ? 8 : 0));
    floats.copyWithin(this.#tileAt(this.#held) >> 2, spectra >> 2, (spectra >> 2) + KEPT_BINS * 8);
    if (isSecond) this.#readKeys(this.#held - 4);
    this.#held += 4;
  }

  /** All tiles are in; `frames` of them are real. */
  finish(frames: number): void {
    if (this.#held % 8 === 4) this.#readKeys(this.#held - 4);
    this.#finishBlock(frames - this.#base, true);
  }

  #tileAt(frame: number): number {
    return this.#spectra + (frame / 4) * TILE_BYTES;
  }

  #percussiveAt(frame: number): number {
    return this.#tiles.percussive + (frame / 8) * KEY_TILE_BYTES;
  }

  /** Keys of eight frames to medians over frequency, and to rows for those over time. */
  #readKeys(frame: number): void {
    const { run } = this.#kernels;
    const { keys } = this.#tiles;
    const row = this.#rows.keys + frame * ROW_BYTES;
    const percussive = this.#percussiveAt(frame);
    run.median31(keys, 16, MEDIAN_BINS, 0, KEPT_BINS, percussive, 16, this.#lists);
    run.turnKeys(keys, 16, 128, row, ROW_BYTES, 16, ROW_BINS / 8);
  }

  /** Frees what has both margins; a last block ends at its real end and is mirrored there. */
  #finishBlock(frames: number, isLast: boolean): void {
    const { run } = this.#kernels;
    const { harmonic } = this.#tiles;
    const from = this.#base === 0 ? 0 : MARGIN;
    const to = isLast ? frames : frames - MARGIN;
    this.#takeMedians(frames, from, to);
    if (isLast) this.#silence(to);
    for (let frame = from; frame < to; frame += 8) {
      const row = this.#rows.medians + frame * ROW_BYTES;
      const tile = this.#tileAt(frame);
      run.turnKeys(row, ROW_BYTES, 16, harmonic, 16, 128, ROW_BINS / 8);
      run.maskTiles(harmonic, this.#percussiveAt(frame), tile, tile + TILE_BYTES, KEPT_BINS);
      this.#addFrames(frame);
      if (frame + 4 < to) this.#addFrames(frame + 4);
    }
    if (!isLast) this.#keepOverlap(frames - OVERLAP);
  }

  /** Over time, of the frames `from` … `to` - 1. */
  #takeMedians(frames: number, from: number, to: number): void {
    const { run } = this.#kernels;
    const { keys, medians } = this.#rows;
    for (let first = from; first < to; first += PASS) {
      const end = Math.min(first + PASS, to);
      for (let at = 0; at < ROW_BYTES; at += 16) {
        const [source, target] = [keys + at, medians + at];
        run.median31(source, ROW_BYTES, frames, first, end, target, ROW_BYTES, this.#lists);
      }
    }
  }

  /** The tile of the last frame may hold some that are behind the end. */
  #silence(frames: number): void {
    const { floats } = this.#kernels;
    const tile = this.#tileAt(frames & ~3) >> 2;
    for (let lane = frames & 3; lane > 0 && lane < 4; lane++) {
      for (let at = lane; at < KEPT_BINS * 8; at += 4) floats[tile + at] = 0;
    }
  }

  #addFrames(frame: number): void {
    const { run } = this.#kernels;
    const { a, b, split, twiddles: factors, window } = this.#inverse;
    const half = HALF_FRAME / 2;
    run.packForInverse(this.#tileAt(frame), half, split, a);
    const result = run.fft4(a, b, half, factors);
    const sample = (this.#base + frame) * HALF_HOP - half;
    run.overlapAdd(result, half, window, this.#signal + sample * 4, HALF_HOP * 4);
  }

  /** The last frames held, from `first` on, become the first ones of the next block. */
  #keepOverlap(first: number): void {
    const { floats } = this.#kernels;
    const move = (to: number, from: number, bytes: number): void =>
      void floats.copyWithin(to >> 2, from >> 2, (from + bytes) >> 2);
    const { keys } = this.#rows;
    move(keys, keys + first * ROW_BYTES, OVERLAP * ROW_BYTES);
    move(this.#spectra, this.#tileAt(first), (OVERLAP / 4) * TILE_BYTES);
    const { percussive } = this.#tiles;
    move(percussive, this.#percussiveAt(first), (OVERLAP / 8) * KEY_TILE_BYTES);
    this.#base += first;
    this.#held = OVERLAP;
  }
}
