/** Quantities of which the values are statistics, as rows over frames of 512 samples. */
export type FrameRows = 'mel' | 'mfcc' | 'chroma' | 'onset' | 'tonnetz';

/** Somebody who wants to see what the values of a track are made of. Views are overwritten soon. */
export interface FrameWatcher {
  /**
   * Spectra of four frames as they arrive; the last may lie beyond the end.
   * @param magnitudes bin b of frame `first` + i is at [4 b + i], 1,025 bins from 0 to 11,025 Hz
   */
  onSpectra(first: number, magnitudes: Float32Array): void;
  /**
   * When the track has ended: `mel` (128 bands) in dB below the loudest value, not under -80; `mfcc` (20);
   * `chroma` (12, from C upwards); `onset` (1); `tonnetz` (6).
   */
  onRows(name: FrameRows, rows: Float32Array[]): void;
}
