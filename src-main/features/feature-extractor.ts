import { CHROMA_TAIL, ChromaExtractor, GUARD, HALF_HOP } from './chroma.ts';
import type { FrameRows, FrameWatcher } from './frame-watcher.ts';
import { Kernels } from './kernels.ts';
import { estimateKey } from './key.ts';
import { HarmonicSeparation, KEPT_BINS, ROW_BINS } from './separation.ts';
import {
  BINS,
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
import { TempoEstimator } from './tempo.ts';
import { TuningEstimator } from './tuning.ts';
import { featureNames } from './vector-layout.ts';

/** Longer tracks are analysed in passages of together this length. */
export const MAX_SECONDS = 1200;
const MAX_FRAMES = 4 * Math.ceil((1 + (MAX_SECONDS * SAMPLE_RATE) / HOP) / 4) + 4;
/** Zeros before the first sample, so that frame 0 is centred on it. */
const PAD = FRAME / 2;
const TILE_SAMPLES = 3 * HOP + FRAME;
const TAPS = 9;
/** Decibels below the largest value at which spectrograms end. */
const TOP_DB = 80;
const NOTHING = -1e30;

export interface Features {
  /** 641 values in the order of `featureNames`. */
  vector: Float32Array;
  /** BPM between the lags of the tempogram, for showing; null without a pulse. */
  tempo: number | null;
  /** 0 to 1. */
  tempoConfidence: number;
  /** Such as `A minor`. */
  key: string | null;
  /** Best minus second-best correlation, 0 to 1. */
  keyConfidence: number;
}

interface Statistics {
  mean: number;
  deviation: number;
}

/**
 * The hand-crafted embedding of one track after another, from samples at 22,050 Hz mono in chunks of any
 * size. Definitions are librosa 0.10's. Memory is laid out once for the longest track; pages that a track
 * does not need are never touched.
 */
export class FeatureExtractor {
  readonly #kernels: Kernels;
  readonly #tables;
  readonly #tiles;
  readonly #columns;
  readonly #scratch;
  readonly #samples: number;
  readonly #halfRate: number;
  readonly #harmonicSignal: number;
  readonly #separation: HarmonicSeparation;
  readonly #tuning: TuningEstimator;
  readonly #harmonicTuning: TuningEstimator;
  readonly #chroma: ChromaExtractor;
  readonly #tempo: TempoEstimator;
  #count = 0;
  #nextFrame = 0;
  #usedFrames = 0;
  #watcher: FrameWatcher | null = null;

  private constructor(kernels: Kernels) {
    this.#kernels = kernels;
    const mel = melFilters();
    this.#tables = {
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
    this.#tiles = {
      a: kernels.allocate(FRAME * 8),
      b: kernels.allocate(FRAME * 8),
      spectra: kernels.allocate(1056 * 8),
      power: kernels.allocate(1072 * 4),
      magnitudes: kernels.allocate(1072 * 4),
    };
    const column = (rows: number): number => kernels.allocate(rows * MAX_FRAMES + 64) + 16;
    this.#columns = {
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
    this.#scratch = {
      wide: kernels.allocate(4096 * 4),
      largest: kernels.allocate(16),
      statistics: kernels.allocate(16),
      histogram: kernels.allocate(65536),
      ranks: kernels.allocate(16),
      values: kernels.allocate(16),
      sorted: kernels.allocate(MAX_FRAMES),
      odd: kernels.allocate(1024 + 2 * TAPS + 8),
      row: kernels.allocate(4 * ROW_BINS),
    };
    this.#samples = kernels.allocate(MAX_FRAMES * HOP + 4 * FRAME) + 64;
    const half = (): number => kernels.allocate(MAX_FRAMES * HALF_HOP + CHROMA_TAIL);
    this.#halfRate = half();
    this.#harmonicSignal = half();
    this.#tuning = new TuningEstimator(kernels, MAX_FRAMES, KEPT_BINS);
    this.#harmonicTuning = new TuningEstimator(kernels, MAX_FRAMES, KEPT_BINS);
    this.#separation = new HarmonicSeparation(kernels, (row) => this.#tuning.addRow(row));
    this.#chroma = new ChromaExtractor(kernels, MAX_FRAMES);
    this.#tempo = new TempoEstimator(kernels, MAX_FRAMES);
    this.reset();
  }

  /** @param wasmPath `resources/wasm/features.wasm`, made by `npm run build:wasm` */
  static async create(wasmPath: string): Promise<FeatureExtractor> {
    return new FeatureExtractor(await Kernels.load(wasmPath));
  }

  /** Forgets the track so far. */
  reset(): void {
    const used = this.#usedFrames * HALF_HOP + CHROMA_TAIL;
    this.#kernels.clear(this.#halfRate, used);
    this.#kernels.clear(this.#harmonicSignal, used);
    this.#kernels.clear(this.#samples - 64, PAD + 16);
    this.#count = 0;
    this.#nextFrame = 0;
    this.#usedFrames = 0;
    this.#kernels.floats.fill(
      NOTHING,
      this.#scratch.largest >> 2,
      (this.#scratch.largest >> 2) + 4,
    );
    this.#separation.reset(this.#harmonicSignal + GUARD * HALF_HOP * 4);
    this.#tuning.reset();
    this.#harmonicTuning.reset();
  }

  /** Shows the next tracks' frames to somebody, or to nobody; indexing shows them to nobody. */
  watch(watcher: FrameWatcher | null): void {
    this.#watcher = watcher;
  }

  /** Samples beyond `MAX_SECONDS` are left out. */
  push(samples: Float32Array): void {
    const room = MAX_SECONDS * SAMPLE_RATE - this.#count;
    const taken = samples.length > room ? samples.subarray(0, Math.max(0, room)) : samples;
    this.#kernels.floats.set(taken, (this.#samples >> 2) + PAD + this.#count);
    this.#count += taken.length;
    while (this.#nextFrame * HOP + TILE_SAMPLES <= PAD + this.#count) this.#analyseTile();
  }

  /** @param loudnessRange of the track in LU, one of the values */
  finish({ loudnessRange }: { loudnessRange: number | null }): Features {
    const frames = 1 + Math.floor(this.#count / HOP);
    this.#usedFrames = frames + 4;
    this.#kernels.clear(this.#samples + (PAD + this.#count) * 4, 3 * FRAME);
    while (this.#nextFrame < frames) this.#analyseTile();
    this.#separation.finish(frames);
    const features = this.#summarise(frames, loudnessRange ?? 0);
    this.reset();
    return features;
  }

  /** Four frames: everything that one spectrum says. */
  #analyseTile(): void {
    const t = this.#nextFrame;
    const { run } = this.#kernels;
    const { a, b, spectra, power, magnitudes } = this.#tiles;
    const { mel, shape, valley, peak } = this.#columns;
    const tables = this.#tables;
    const stride = MAX_FRAMES * 4;
    run.loadFrames(this.#samples + t * HOP * 4, HOP * 4, tables.window, a, FRAME);
    const transform = run.fft4(a, b, FRAME / 2, tables.twiddles);
    run.splitSpectrum(transform, spectra, FRAME / 2, tables.split);
    run.powerAndMagnitude(spectra, power, magnitudes, BINS);
    run.melBands(power, tables.melBands, MEL_BANDS, tables.melWeights, mel + t * 4, stride);
    run.toDecibels(mel + t * 4, stride, MEL_BANDS, 1e-10, this.#scratch.largest);
    run.spectralShape(magnitudes, power, BINS, SAMPLE_RATE / FRAME, shape + t * 4, stride);
    run.spectralContrast(
      magnitudes,
      tables.contrast,
      7,
      this.#scratch.wide,
      valley + t * 4,
      peak + t * 4,
      stride,
    );
    this.#separation.addTile(magnitudes, spectra);
    const floats = magnitudes >> 2;
    this.#watcher?.onSpectra(t, this.#kernels.floats.subarray(floats, floats + 4 * BINS));
    this.#nextFrame += 4;
  }

  #summarise(frames: number, loudnessRange: number): Features {
    const { mel, shape, mfcc } = this.#columns;
    const stride = MAX_FRAMES * 4;
    const top = this.#largest(this.#scratch.largest);
    const floor = top - TOP_DB;
    const row = (column: number, index: number): Statistics =>
      this.#statistics(column + index * stride, frames);
    const rows = (column: number, count: number): Statistics[] =>
      Array.from({ length: count }, (_, index) => row(column, index));

    for (let t = 0; t < frames; t += 4) {
      const out = mfcc + t * 4;
      const { dct } = this.#tables;
      this.#kernels.run.mfcc(mel + t * 4, stride, floor, dct, out, stride, this.#scratch.wide);
    }
    this.#showMel(frames, top);
    this.#show('mfcc', mfcc, stride, MFCCS, frames);
    const cepstrum = rows(mfcc, MFCCS);
    const slopes = cepstrum.map((_, c) => this.#kernels.run.slopeMean(mfcc + c * stride, frames));
    this.#kernels.run.flatness(shape + 3 * stride, shape + 4 * stride, frames);
    const [centroid, bandwidth, rolloff, flatness] = rows(shape, 4);
    const contrast = this.#contrast(frames);
    const { rms, crossingRate, crest } = this.#energy(frames);
    const onset = this.#onsetEnvelope(frames, floor);
    this.#watcher?.onRows('onset', [onset]);
    const tempo = this.#tempo.estimate(onset);
    const percentiles = this.#melPercentiles(frames, top, floor);
    const chroma = this.#chromaOf(frames);
    this.#show('chroma', this.#chroma.rows, this.#chroma.strideBytes, 12, frames);
    const key = estimateKey(chroma.map(({ mean }) => mean));
    const tonnetz = this.#tonnetzOf(frames);
    this.#show('tonnetz', this.#columns.tonnetz, stride, 6, frames);
    const strength = statisticsOf(onset);

    const means = (all: Statistics[]): number[] => all.map(({ mean }) => mean);
    const deviations = (all: Statistics[]): number[] => all.map(({ deviation }) => deviation);
    const both = ({ mean, deviation }: Statistics): number[] => [mean, deviation];
    const vector = Float32Array.from([
      ...means(cepstrum),
      ...deviations(cepstrum),
      ...slopes,
      ...means(chroma),
      ...deviations(chroma),
      ...both(centroid),
      ...both(rolloff),
      ...both(bandwidth),
      ...means(contrast),
      ...deviations(contrast),
      flatness.mean,
      ...both(crossingRate),
      tempo.tempo,
      ...both(rms),
      ...means(tonnetz),
      ...deviations(tonnetz),
      ...percentiles.flat(),
      flatness.deviation,
      ...both(strength),
      tempo.clarity,
      loudnessRange,
      crest,
      key.clarity,
    ]);
    if (vector.length !== featureNames.length) throw new Error('The vector has the wrong length.');
    return {
      vector,
      tempo: tempo.shownTempo,
      tempoConfidence: tempo.confidence,
      key: key.key,
      keyConfidence: key.clarity,
    };
  }

  #show(name: FrameRows, at: number, strideBytes: number, count: number, frames: number): void {
    const { floats } = this.#kernels;
    const rowAt = (row: number): number => (at + row * strideBytes) >> 2;
    this.#watcher?.onRows(
      name,
      Array.from({ length: count }, (_, row) => floats.subarray(rowAt(row), rowAt(row) + frames)),
    );
  }

  /** Stored without the floor and against full scale. */
  #showMel(frames: number, top: number): void {
    if (!this.#watcher) return;
    const { floats } = this.#kernels;
    const rows = Array.from({ length: MEL_BANDS }, (_, band) => {
      const at = (this.#columns.mel >> 2) + band * MAX_FRAMES;
      return floats.slice(at, at + frames).map((value) => Math.max(value - top, -TOP_DB));
    });
    this.#watcher.onRows('mel', rows);
  }

  #statistics(row: number, frames: number, floor = -3e38): Statistics {
    this.#kernels.run.meanAndDeviation(row, frames, floor, this.#scratch.statistics);
    const at = this.#scratch.statistics >> 3;
    return { mean: this.#kernels.doubles[at], deviation: this.#kernels.doubles[at + 1] };
  }

  /** The largest of four lanes. */
  #largest(at: number): number {
    return Math.max(...this.#kernels.floats.subarray(at >> 2, (at >> 2) + 4));
  }

  #contrast(frames: number): Statistics[] {
    const { run, floats } = this.#kernels;
    const { valley, peak } = this.#columns;
    const decibels = (column: number): number => {
      const largest = this.#scratch.wide;
      floats.fill(NOTHING, largest >> 2, (largest >> 2) + 4);
      for (let band = 0; band < 7; band++) {
        const row = column + band * MAX_FRAMES * 4;
        this.#clearBeyond(row, frames);
        run.toDecibels(row, 16, Math.ceil(frames / 4), 1e-10, largest);
      }
      return this.#largest(largest);
    };
    const lowest = decibels(valley) - TOP_DB;
    const highest = decibels(peak) - TOP_DB;
    return Array.from({ length: 7 }, (_, band) => {
      const at = band * MAX_FRAMES * 4;
      run.contrastDecibels(peak + at, valley + at, frames, highest, lowest);
      return this.#statistics(peak + at, frames);
    });
  }

  /** A row is read in fours; what lies beyond its end must not win. */
  #clearBeyond(row: number, frames: number): void {
    this.#kernels.clear(row + frames * 4, (4 - (frames % 4)) % 4);
  }

  #energy(frames: number): { rms: Statistics; crossingRate: Statistics; crest: number } {
    const { run, floats } = this.#kernels;
    const { energy, crossings, rms, crossingRate } = this.#columns;
    const blocks = Math.min(frames + 4, MAX_FRAMES);
    run.blockEnergies(this.#samples, blocks, energy, crossings);
    run.rmsAndCrossings(energy, crossings, this.#samples, frames, this.#count, rms, crossingRate);
    let sum = 0;
    for (let block = 0; block < blocks; block++) sum += floats[(energy >> 2) + block];
    const level = Math.sqrt(sum / Math.max(1, this.#count));
    const peak = run.largestMagnitude(this.#samples + PAD * 4, this.#count);
    const crest = level > 1e-9 ? 20 * Math.log10(peak / level) : 0;
    return {
      rms: this.#statistics(rms, frames),
      crossingRate: this.#statistics(crossingRate, frames),
      crest,
    };
  }

  /** Lagged by 3 frames, as librosa centres it. */
  #onsetEnvelope(frames: number, floor: number): Float32Array {
    const { run, floats } = this.#kernels;
    const { mel, onset } = this.#columns;
    for (let t = 0; t < frames; t += 4) {
      run.onsetStrength(mel + t * 4, MAX_FRAMES * 4, floor, this.#scratch.wide, onset + t * 4);
    }
    const envelope = new Float32Array(frames);
    for (let t = 3; t < frames; t++) envelope[t] = floats[(onset >> 2) + t - 2];
    return envelope;
  }

  /** Mean, 25th percentile, median and 75th percentile of each band in dB below the loudest value. */
  #melPercentiles(frames: number, top: number, floor: number): number[][] {
    const { run, ints, floats } = this.#kernels;
    const { histogram, ranks, sorted, values } = this.#scratch;
    const places = [0.25, 0.5, 0.75].map((share) => (frames - 1) * share);
    places.forEach((place, i) => {
      ints[(ranks >> 2) + 2 * i] = Math.floor(place);
      ints[(ranks >> 2) + 2 * i + 1] = Math.min(Math.floor(place) + 1, frames - 1);
    });
    const result: number[][] = [[], [], [], []];
    for (let band = 0; band < MEL_BANDS; band++) {
      const row = this.#columns.mel + band * MAX_FRAMES * 4;
      result[0].push(this.#statistics(row, frames, floor).mean - top);
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

  #chromaOf(frames: number): Statistics[] {
    const from = this.#samples + PAD * 4;
    const to = this.#halfRate + GUARD * HALF_HOP * 4;
    const { halfBand } = this.#tables;
    const { odd } = this.#scratch;
    this.#kernels.run.halveRate(from, (this.#count + 1) >> 1, halfBand, TAPS, odd, to);
    this.#chroma.compute(this.#halfRate, frames, this.#tuning.estimate());
    return Array.from({ length: 12 }, (_, c) =>
      this.#statistics(this.#chroma.rows + c * this.#chroma.strideBytes, frames),
    );
  }

  #tonnetzOf(frames: number): Statistics[] {
    const { tonnetz } = this.#columns;
    this.#trimHarmonicSignal(frames);
    this.#tuneHarmonicSignal(frames);
    this.#chroma.compute(this.#harmonicSignal, frames, this.#harmonicTuning.estimate());
    const { rows, strideBytes } = this.#chroma;
    const stride = MAX_FRAMES * 4;
    this.#kernels.run.tonnetz(rows, strideBytes, frames, this.#tables.centroids, tonnetz, stride);
    return Array.from({ length: 6 }, (_, i) => this.#statistics(tonnetz + i * stride, frames));
  }

  /** At the edges fewer windows overlap; the samples there are divided by what really overlaps. */
  #trimHarmonicSignal(frames: number): void {
    const { floats } = this.#kernels;
    const start = (this.#harmonicSignal >> 2) + GUARD * HALF_HOP;
    const length = (this.#count + 1) >> 1;
    floats.fill(0, this.#harmonicSignal >> 2, start);
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

  #tuneHarmonicSignal(frames: number): void {
    const { run } = this.#kernels;
    const { a, b, spectra, power, magnitudes } = this.#tiles;
    const { halfSplit, halfTwiddles, halfWindow } = this.#tables;
    const { row } = this.#scratch;
    for (let t = 0; t < frames; t += 4) {
      const at = this.#harmonicSignal + (GUARD * HALF_HOP - 512 + t * HALF_HOP) * 4;
      run.loadFrames(at, HALF_HOP * 4, halfWindow, a, FRAME / 2);
      const transform = run.fft4(a, b, FRAME / 4, halfTwiddles);
      run.splitSpectrum(transform, spectra, FRAME / 4, halfSplit);
      run.powerAndMagnitude(spectra, power, magnitudes, ROW_BINS);
      run.framesFromTile(magnitudes, ROW_BINS, row, ROW_BINS * 4);
      for (let lane = 0; lane < Math.min(4, frames - t); lane++) {
        this.#harmonicTuning.addRow(row + lane * ROW_BINS * 4);
      }
    }
  }
}

function statisticsOf(values: Float32Array): Statistics {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
