import { MAX_FRAMES, PAD, ROW_BYTES } from './memory.ts';
import type { Memory } from './memory.ts';
import { MEL_BANDS } from './tables.ts';

/** Decibels below the largest value at which spectrograms end. */
export const TOP_DB = 80;
/** Below every value, for the search of the largest. */
export const NOTHING = -1e30;

export interface Statistics {
  mean: number;
  deviation: number;
}

/** Of a row of the columns. */
export function statisticsOfRow(
  memory: Memory,
  row: number,
  frames: number,
  floor = -3e38,
): Statistics {
  memory.kernels.run.meanAndDeviation(row, frames, floor, memory.scratch.statistics);
  const at = memory.scratch.statistics >> 3;
  return { mean: memory.kernels.doubles[at], deviation: memory.kernels.doubles[at + 1] };
}

/** The largest of four lanes. */
export function largestLane(memory: Memory, at: number): number {
  return Math.max(...memory.kernels.floats.subarray(at >> 2, (at >> 2) + 4));
}

/** Decibels between peaks and valleys of seven bands. */
export function contrastStatistics(memory: Memory, frames: number): Statistics[] {
  const { run, floats } = memory.kernels;
  const { valley, peak } = memory.columns;
  const decibels = (column: number): number => {
    const largest = memory.scratch.wide;
    floats.fill(NOTHING, largest >> 2, (largest >> 2) + 4);
    for (let band = 0; band < 7; band++) {
      const row = column + band * ROW_BYTES;
      clearBeyond(memory, row, frames);
      run.toDecibels(row, 16, Math.ceil(frames / 4), 1e-10, largest);
    }
    return largestLane(memory, largest);
  };
  const lowest = decibels(valley) - TOP_DB;
  const highest = decibels(peak) - TOP_DB;
  return Array.from({ length: 7 }, (_, band) => {
    const at = band * ROW_BYTES;
    run.contrastDecibels(peak + at, valley + at, frames, highest, lowest);
    return statisticsOfRow(memory, peak + at, frames);
  });
}

/** A row is read in fours; what lies beyond its end must not win. */
function clearBeyond(memory: Memory, row: number, frames: number): void {
  memory.kernels.clear(row + frames * 4, (4 - (frames % 4)) % 4);
}

/** Of all samples, `count` of them. */
export function energyStatistics(
  memory: Memory,
  frames: number,
  count: number,
): { rms: Statistics; crossingRate: Statistics; crest: number } {
  const { run, floats } = memory.kernels;
  const { energy, crossings, rms, crossingRate } = memory.columns;
  const blocks = Math.min(frames + 4, MAX_FRAMES);
  run.blockEnergies(memory.samples, blocks, energy, crossings);
  run.rmsAndCrossings(energy, crossings, memory.samples, frames, count, rms, crossingRate);
  let sum = 0;
  for (let block = 0; block < blocks; block++) sum += floats[(energy >> 2) + block];
  const level = Math.sqrt(sum / Math.max(1, count));
  const peak = run.largestMagnitude(memory.samples + PAD * 4, count);
  const crest = level > 1e-9 ? 20 * Math.log10(peak / level) : 0;
  return {
    rms: statisticsOfRow(memory, rms, frames),
    crossingRate: statisticsOfRow(memory, crossingRate, frames),
    crest,
  };
}

/** Lagged by 3 frames, as librosa centres it. */
export function onsetEnvelope(memory: Memory, frames: number, floor: number): Float32Array {
  const { run, floats } = memory.kernels;
  const { mel, onset } = memory.columns;
  for (let t = 0; t < frames; t += 4) {
    run.onsetStrength(mel + t * 4, ROW_BYTES, floor, memory.scratch.wide, onset + t * 4);
  }
  const envelope = new Float32Array(frames);
  for (let t = 3; t < frames; t++) envelope[t] = floats[(onset >> 2) + t - 2];
  return envelope;
}

/** Mean, 25th percentile, median and 75th percentile of each band in dB below the loudest value. */
export function melPercentiles(
  memory: Memory,
  frames: number,
  top: number,
  floor: number,
): number[][] {
  const { run, ints, floats } = memory.kernels;
  const { histogram, ranks, sorted, values } = memory.scratch;
  const places = [0.25, 0.5, 0.75].map((share) => (frames - 1) * share);
  places.forEach((place, i) => {
    ints[(ranks >> 2) + 2 * i] = Math.floor(place);
    ints[(ranks >> 2) + 2 * i + 1] = Math.min(Math.floor(place) + 1, frames - 1);
  });
  const result: number[][] = [[], [], [], []];
  for (let band = 0; band < MEL_BANDS; band++) {
    const row = memory.columns.mel + band * ROW_BYTES;
    result[0].push(statisticsOfRow(memory, row, frames, floor).mean - top);
    const scale = 4095 / (TOP_DB + 0.5);
    run.orderStatistics(row, frames, floor, scale, ranks, 6, values, histogram, sorted);
    places.forEach((place, i) => {
      const below = Math.max(floats[(values >> 2) + 2 * i], floor);
      const above = Math.max(floats[(values >> 2) + 2 * i + 1], floor);
      result[1 + i].push(below + (above - below) * (place - Math.floor(place)) - top);
    });
  }
  return result;
}

export function statisticsOf(values: Float32Array): Statistics {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
