import { CHROMA_TAIL, HALF_HOP } from './chroma.ts';
import type { Kernels } from './kernels.ts';
import {
  contrastBands,
  dctTable,
  FRAME,
  halfBandTaps,
  hann,
  HOP,
  MEL_BANDS,
  melFilters,
  MFCCS,
  SAMPLE_RATE,
  splitTable,
  tonalCentroids,
  twiddles,
} from './tables.ts';

/** Longer tracks are analysed in passages of together this length. */
export const MAX_SECONDS = 1200;
export const MAX_FRAMES = 4 * Math.ceil((1 + (MAX_SECONDS * SAMPLE_RATE) / HOP) / 4) + 4;
/** From a row of a column to the next, in bytes. */
export const ROW_BYTES = MAX_FRAMES * 4;
/** Zeros before the first sample, so that frame 0 is centred on it. */
export const PAD = FRAME / 2;
export const TAPS = 9;

/** Where in the kernels' memory everything is: tables, work of one tile, a row per value and frame, signals. */
export type Memory = ReturnType<typeof layOutMemory>;

/** For the longest track; pages that a track does not need are never touched. */
export function layOutMemory(kernels: Kernels) {
  const mel = melFilters();
  const tables = {
    twiddles: kernels.putFloats(twiddles(FRAME / 2)),
    halfTwiddles: kernels.putFloats(twiddles(FRAME / 4)),
    split: kernels.putFloats(splitTable(FRAME / 2)),
    halfSplit: kernels.putFloats(splitTable(FRAME / 4)),
    window: kernels.putFloats(hann(FRAME)),
    halfWindow: kernels.putFloats(hann(FRAME / 2)),
    melBands: kernels.putInts(mel.bands),
    melWeights: kernels.putFloats(mel.weights),
    contrast: kernels.putInts(contrastBands()),
    dct: kernels.putFloats(dctTable()),
    halfBand: kernels.putFloats(halfBandTaps(TAPS)),
    centroids: kernels.putFloats(tonalCentroids()),
  };
  const tiles = {
    a: kernels.allocate(FRAME * 8),
    b: kernels.allocate(FRAME * 8),
    spectra: kernels.allocate(1056 * 8),
    power: kernels.allocate(1072 * 4),
    magnitudes: kernels.allocate(1072 * 4),
  };
  const column = (rows: number): number => kernels.allocate(rows * MAX_FRAMES + 64) + 16;
  const columns = {
    mel: column(MEL_BANDS),
    mfcc: column(MFCCS),
    shape: column(5),
    valley: column(7),
    peak: column(7),
    energy: column(1),
    crossings: column(1),
    rms: column(1),
    crossingRate: column(1),
    onset: column(1),
    tonnetz: column(6),
  };
  const scratch = {
    wide: kernels.allocate(4096 * 4),
    largest: kernels.allocate(16),
    statistics: kernels.allocate(16),
    histogram: kernels.allocate(65536),
    ranks: kernels.allocate(16),
    values: kernels.allocate(16),
    sorted: kernels.allocate(MAX_FRAMES),
    odd: kernels.allocate(1024 + 2 * TAPS + 8),
  };
  const samples = kernels.allocate(MAX_FRAMES * HOP + 4 * FRAME) + 64;
  const half = (): number => kernels.allocate(MAX_FRAMES * HALF_HOP + CHROMA_TAIL);
  const halfRate = half();
  const harmonicSignal = half();
  return { kernels, tables, tiles, columns, scratch, samples, halfRate, harmonicSignal };
}
