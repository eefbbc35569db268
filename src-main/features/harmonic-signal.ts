import { GUARD, HALF_HOP } from './chroma.ts';
import type { Memory } from './memory.ts';
import { KEPT_BINS } from './separation.ts';
import { FRAME, hann } from './tables.ts';
import type { TuningEstimator } from './tuning.ts';

/** At the edges fewer windows overlap; the samples there are divided by what really overlaps. */
export function trimHarmonicSignal(memory: Memory, frames: number, count: number): void {
  const { floats } = memory.kernels;
  const start = (memory.harmonicSignal >> 2) + GUARD * HALF_HOP;
  const length = (count + 1) >> 1;
  floats.fill(0, memory.harmonicSignal >> 2, start);
  floats.fill(0, start + length, start + length + FRAME);
  const window = hann(FRAME / 2);
  const overlap = (i: number): number => {
    let sum = 0;
    const last = Math.floor((i + 512) / HALF_HOP);
    for (let t = last; t >= 0 && t > (i + 512) / HALF_HOP - 4; t--) {
      const at = i + 512 - t * HALF_HOP;
      if (t < frames && at >= 0 && at < FRAME / 2) sum += window[at] ** 2;
    }
    return sum;
  };
  const correct = (i: number): void => {
    const sum = overlap(i);
    if (sum > 1e-8) floats[start + i] *= 1.5 / sum;
  };
  for (let i = 0; i < Math.min(512, length); i++) correct(i);
  for (let i = Math.max(512, length - 1024); i < length; i++) correct(i);
}

/** Shows the spectra of the harmonic signal to an estimator of its tuning. */
export function tuneHarmonicSignal(memory: Memory, frames: number, tuning: TuningEstimator): void {
  const { run } = memory.kernels;
  const { a, b, spectra, power, magnitudes } = memory.tiles;
  const { halfSplit, halfTwiddles, halfWindow } = memory.tables;
  for (let t = 0; t < frames; t += 4) {
    const at = memory.harmonicSignal + (GUARD * HALF_HOP - 512 + t * HALF_HOP) * 4;
    run.loadFrames(at, HALF_HOP * 4, halfWindow, a, FRAME / 2);
    const transform = run.fft4(a, b, FRAME / 4, halfTwiddles);
    run.splitSpectrum(transform, spectra, FRAME / 4, halfSplit);
    run.powerAndMagnitude(spectra, power, magnitudes, KEPT_BINS);
    tuning.addTile(magnitudes, Math.min(4, frames - t));
  }
}
