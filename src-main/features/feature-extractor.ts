import { CHROMA_TAIL, ChromaExtractor, GUARD, HALF_HOP } from './chroma.ts';
import type { FrameRows, FrameWatcher } from './frame-watcher.ts';
import { Kernels } from './kernels.ts';
import { estimateKey } from './key.ts';
import { trimHarmonicSignal, tuneHarmonicSignal } from './harmonic-signal.ts';
import { layOutMemory, MAX_FRAMES, MAX_SECONDS, PAD, ROW_BYTES, TAPS } from './memory.ts';
import type { Memory } from './memory.ts';
import {
  contrastStatistics,
  energyStatistics,
  largestLane,
  melPercentiles,
  NOTHING,
  onsetEnvelope,
  statisticsOf,
  statisticsOfRow,
  TOP_DB,
} from './row-statistics.ts';
import type { Statistics } from './row-statistics.ts';
import { HarmonicSeparation, KEPT_BINS } from './separation.ts';
import { BINS, FRAME, HOP, MEL_BANDS, MFCCS, SAMPLE_RATE } from './tables.ts';
import { TempoEstimator } from './tempo.ts';
import { TuningEstimator } from './tuning.ts';
import { featureNames } from './vector-layout.ts';

const TILE_SAMPLES = 3 * HOP + FRAME;

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

/**
 * The hand-crafted embedding of one track after another, from samples at 22,050 Hz mono in chunks of any
 * size. Definitions are librosa 0.10's. Memory is laid out once for the longest track; pages that a track
 * does not need are never touched.
 */
export class FeatureExtractor {
  readonly #memory: Memory;
  readonly #separation: HarmonicSeparation;
  readonly #tuning: TuningEstimator;
  readonly #harmonicTuning: TuningEstimator;
  readonly #chroma: ChromaExtractor;
  readonly #tempo: TempoEstimator;
  #count = 0;
  #nextFrame = 0;
  #watcher: FrameWatcher | null = null;

  private constructor(kernels: Kernels) {
    this.#memory = layOutMemory(kernels);
    this.#tuning = new TuningEstimator(kernels, MAX_FRAMES, KEPT_BINS);
    this.#harmonicTuning = new TuningEstimator(kernels, MAX_FRAMES, KEPT_BINS);
    this.#separation = new HarmonicSeparation(kernels);
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
    const used = (this.#nextFrame + 2 * GUARD) * HALF_HOP;
    this.#memory.kernels.clear(this.#memory.harmonicSignal, used);
    this.#memory.kernels.clear(this.#memory.samples - 64, PAD + 16);
    this.#count = 0;
    this.#nextFrame = 0;
    this.#memory.kernels.floats.fill(
      NOTHING,
      this.#memory.scratch.largest >> 2,
      (this.#memory.scratch.largest >> 2) + 4,
    );
    this.#separation.reset(this.#memory.harmonicSignal + GUARD * HALF_HOP * 4);
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
    this.#memory.kernels.floats.set(taken, (this.#memory.samples >> 2) + PAD + this.#count);
    this.#count += taken.length;
    while (this.#nextFrame * HOP + TILE_SAMPLES <= PAD + this.#count) this.#analyseTile(4);
  }

  /** @param loudnessRange of the track in LU, one of the values */
  finish({ loudnessRange }: { loudnessRange: number | null }): Features {
    const frames = 1 + Math.floor(this.#count / HOP);
    this.#memory.kernels.clear(this.#memory.samples + (PAD + this.#count) * 4, 3 * FRAME);
    while (this.#nextFrame < frames) this.#analyseTile(Math.min(4, frames - this.#nextFrame));
    this.#separation.finish(frames);
    const features = this.#summarise(frames, loudnessRange ?? 0);
    this.reset();
    return features;
  }

  /** Four frames, of which the first `frames` are real: everything that one spectrum says. */
  #analyseTile(frames: number): void {
    const t = this.#nextFrame;
    const { run } = this.#memory.kernels;
    const { a, b, spectra, power, magnitudes } = this.#memory.tiles;
    const { mel, shape, valley, peak } = this.#memory.columns;
    const tables = this.#memory.tables;
    const stride = ROW_BYTES;
    run.loadFrames(this.#memory.samples + t * HOP * 4, HOP * 4, tables.window, a, FRAME);
    const transform = run.fft4(a, b, FRAME / 2, tables.twiddles);
    run.splitSpectrum(transform, spectra, FRAME / 2, tables.split);
    run.powerAndMagnitude(spectra, power, magnitudes, BINS);
    run.melBands(power, tables.melBands, MEL_BANDS, tables.melWeights, mel + t * 4, stride);
    run.toDecibels(mel + t * 4, stride, MEL_BANDS, 1e-10, this.#memory.scratch.largest);
    run.spectralShape(magnitudes, power, BINS, SAMPLE_RATE / FRAME, shape + t * 4, stride);
    run.spectralContrast(
      magnitudes,
      tables.contrast,
      7,
      this.#memory.scratch.wide,
      valley + t * 4,
      peak + t * 4,
      stride,
    );
    this.#tuning.addTile(magnitudes, frames);
    this.#separation.addTile(magnitudes, spectra);
    this.#halveRate(t);
    const floats = magnitudes >> 2;
    this.#watcher?.onSpectra(t, this.#memory.kernels.floats.subarray(floats, floats + 4 * BINS));
    this.#nextFrame += 4;
  }

  /** The samples between the centres of four frames and the next. */
  #halveRate(t: number): void {
    const { kernels, samples, halfRate, tables, scratch } = this.#memory;
    const from = samples + (PAD + t * HOP) * 4;
    const to = halfRate + (GUARD + t) * HALF_HOP * 4;
    kernels.run.halveRate(from, 4 * HALF_HOP, tables.halfBand, TAPS, scratch.odd, to);
  }

  #summarise(frames: number, loudnessRange: number): Features {
    const { mel, shape, mfcc } = this.#memory.columns;
    const stride = ROW_BYTES;
    const top = largestLane(this.#memory, this.#memory.scratch.largest);
    const floor = top - TOP_DB;
    const row = (column: number, index: number): Statistics =>
      statisticsOfRow(this.#memory, column + index * stride, frames);
    const rows = (column: number, count: number): Statistics[] =>
      Array.from({ length: count }, (_, index) => row(column, index));

    for (let t = 0; t < frames; t += 4) {
      const out = mfcc + t * 4;
      const { dct } = this.#memory.tables;
      this.#memory.kernels.run.mfcc(
        mel + t * 4,
        stride,
        floor,
        dct,
        out,
        stride,
        this.#memory.scratch.wide,
      );
    }
    this.#showMel(frames, top);
    this.#show('mfcc', mfcc, stride, MFCCS, frames);
    const cepstrum = rows(mfcc, MFCCS);
    const slopes = cepstrum.map((_, c) =>
      this.#memory.kernels.run.slopeMean(mfcc + c * stride, frames),
    );
    this.#memory.kernels.run.flatness(shape + 3 * stride, shape + 4 * stride, frames);
    const [centroid, bandwidth, rolloff, flatness] = rows(shape, 4);
    const contrast = contrastStatistics(this.#memory, frames);
    const { rms, crossingRate, crest } = energyStatistics(this.#memory, frames, this.#count);
    const onset = onsetEnvelope(this.#memory, frames, floor);
    this.#watcher?.onRows('onset', [onset]);
    const tempo = this.#tempo.estimate(onset);
    const percentiles = melPercentiles(this.#memory, frames, top, floor);
    const chroma = this.#chromaOf(frames);
    this.#show('chroma', this.#chroma.rows, this.#chroma.strideBytes, 12, frames);
    const key = estimateKey(chroma.map(({ mean }) => mean));
    const tonnetz = this.#tonnetzOf(frames);
    this.#show('tonnetz', this.#memory.columns.tonnetz, stride, 6, frames);
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
    const { floats } = this.#memory.kernels;
    const rowAt = (row: number): number => (at + row * strideBytes) >> 2;
    this.#watcher?.onRows(
      name,
      Array.from({ length: count }, (_, row) => floats.subarray(rowAt(row), rowAt(row) + frames)),
    );
  }

  /** Stored without the floor and against full scale. */
  #showMel(frames: number, top: number): void {
    if (!this.#watcher) return;
    const { floats } = this.#memory.kernels;
    const rows = Array.from({ length: MEL_BANDS }, (_, band) => {
      const at = (this.#memory.columns.mel >> 2) + band * MAX_FRAMES;
      return floats.slice(at, at + frames).map((value) => Math.max(value - top, -TOP_DB));
    });
    this.#watcher.onRows('mel', rows);
  }

  #chromaOf(frames: number): Statistics[] {
    const { kernels, halfRate } = this.#memory;
    const length = GUARD * HALF_HOP + 4 * Math.ceil(this.#count / 8);
    kernels.clear(halfRate + length * 4, CHROMA_TAIL);
    this.#chroma.compute(halfRate, frames, this.#tuning.estimate());
    return Array.from({ length: 12 }, (_, c) =>
      statisticsOfRow(this.#memory, this.#chroma.rows + c * this.#chroma.strideBytes, frames),
    );
  }

  #tonnetzOf(frames: number): Statistics[] {
    const { tonnetz } = this.#memory.columns;
    trimHarmonicSignal(this.#memory, frames, this.#count);
    tuneHarmonicSignal(this.#memory, frames, this.#harmonicTuning);
    this.#chroma.compute(this.#memory.harmonicSignal, frames, this.#harmonicTuning.estimate());
    const { rows, strideBytes } = this.#chroma;
    const stride = ROW_BYTES;
    this.#memory.kernels.run.tonnetz(
      rows,
      strideBytes,
      frames,
      this.#memory.tables.centroids,
      tonnetz,
      stride,
    );
    return Array.from({ length: 6 }, (_, i) =>
      statisticsOfRow(this.#memory, tonnetz + i * stride, frames),
    );
  }
}
