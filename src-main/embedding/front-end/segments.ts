import type { FrontEnd, ModelManifest } from '../../models/room.ts';
import { FrameStream } from './frame-stream.ts';
import { MelFrames } from './mel-frames.ts';

/** One input of a network: `frames` × `bands` normalised values, time first. */
export interface Segment {
  values: Float32Array;
  startSeconds: number;
  seconds: number;
}

/** The part of a manifest that decides how samples become segments. */
export type SegmentPlan = Pick<ModelManifest, 'frontEnd' | 'segment'>;

/**
 * Cuts a track into the segments of one model. A last piece is padded and used if it fills at least half
 * a segment, or if it is all there is. `limit` takes that many segments, spread evenly over a track whose
 * length is known, and spares the work for the rest.
 */
export class SegmentMaker {
  readonly #plan: SegmentPlan;
  readonly #onSegment: (segment: Segment) => void;
  readonly #wanted: Set<number> | null;
  readonly #cutter: { push(samples: Float32Array): void; finish(): void };

  constructor(
    plan: SegmentPlan,
    onSegment: (segment: Segment) => void,
    length: { limit: number; durationSeconds: number } | null = null,
  ) {
    this.#plan = plan;
    this.#onSegment = onSegment;
    this.#wanted = length && spread(countSegments(plan, length.durationSeconds), length.limit);
    this.#cutter = plan.segment.clipSamples
      ? new ClipCutter(plan, plan.segment.clipSamples, this.#isWanted, this.#emit)
      : new FrameCutter(plan, this.#isWanted, this.#emit);
  }

  push(samples: Float32Array): void {
    this.#cutter.push(samples);
  }

  /** The track has ended; emits the last segment. */
  finish(): void {
    this.#cutter.finish();
  }

  #isWanted = (index: number): boolean => this.#wanted?.has(index) ?? true;

  /** Takes raw values and how many frames of them are real, pads and normalises. */
  #emit = (raw: Float32Array, frames: number, startFrame: number): void => {
    const { frontEnd, segment } = this.#plan;
    const values = new Float32Array(segment.frames * frontEnd.bands);
    const real = raw.subarray(0, Math.min(frames, segment.frames) * frontEnd.bands);
    values.set(real);
    if (segment.padding === 'repeat') repeat(values, real.length);
    const { subtract, divide } = frontEnd.normalise;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] - subtract) / divide;
    const secondsPerFrame = frontEnd.hop / frontEnd.sampleRate;
    const startSeconds = startFrame * secondsPerFrame;
    this.#onSegment({ values, startSeconds, seconds: frames * secondsPerFrame });
  };
}

type Emit = (raw: Float32Array, frames: number, startFrame: number) => void;

/** Segments are slices of one continuous spectrogram. */
class FrameCutter {
  readonly #stream: FrameStream;
  readonly #plan: SegmentPlan;
  readonly #isWanted: (segment: number) => boolean;
  readonly #emit: Emit;
  readonly #rows: Float32Array;
  #filled = 0;
  #segment = 0;

  constructor(plan: SegmentPlan, isWanted: (segment: number) => boolean, emit: Emit) {
    this.#plan = plan;
    this.#isWanted = isWanted;
    this.#emit = emit;
    this.#rows = new Float32Array(plan.segment.frames * plan.frontEnd.bands);
    this.#stream = new FrameStream(new MelFrames(plan.frontEnd), this.#take, this.#needsFrame);
  }

  push(samples: Float32Array): void {
    this.#stream.push(samples);
  }

  finish(): void {
    this.#stream.finish();
    const { frames, hopFrames } = this.#plan.segment;
    const carried = this.#segment === 0 ? 0 : Math.max(0, frames - hopFrames);
    const fresh = this.#filled - carried;
    const isEnough = fresh * 2 >= Math.min(frames, hopFrames) || this.#segment === 0;
    if (fresh > 0 && isEnough) this.#cut();
  }

  /** Segments may overlap; a frame is worth computing where one of its segments is wanted. */
  #needsFrame = (frame: number): boolean => {
    const { frames, hopFrames } = this.#plan.segment;
    const last = Math.floor(frame / hopFrames);
    for (let index = last; index >= 0 && index * hopFrames + frames > frame; index--) {
      if (this.#isWanted(index)) return true;
    }
    return false;
  };

  #take = (row: Float32Array): void => {
    const { bands } = this.#plan.frontEnd;
    this.#rows.set(row, this.#filled * bands);
    if (++this.#filled === this.#plan.segment.frames) this.#cut();
  };

  #cut(): void {
    const { frames, hopFrames } = this.#plan.segment;
    if (this.#isWanted(this.#segment)) {
      this.#emit(this.#rows, this.#filled, this.#segment * hopFrames);
    }
    this.#segment++;
    const kept = Math.max(0, frames - hopFrames);
    const { bands } = this.#plan.frontEnd;
    this.#rows.copyWithin(0, hopFrames * bands, frames * bands);
    this.#filled = Math.min(kept, this.#filled);
  }
}

/** Samples of a clip that are looked at together, few enough to stay in the processor's cache. */
const PIECE = 1 << 14;

/** Every segment is a clip of samples with a spectrogram of its own. */
class ClipCutter {
  readonly #plan: SegmentPlan;
  readonly #mel: MelFrames;
  readonly #isWanted: (segment: number) => boolean;
  readonly #emit: Emit;
  readonly #clip: Float32Array;
  #filled = 0;
  #segment = 0;

  constructor(
    plan: SegmentPlan,
    clipSamples: number,
    isWanted: (segment: number) => boolean,
    emit: Emit,
  ) {
    this.#plan = plan;
    this.#mel = new MelFrames(plan.frontEnd);
    this.#isWanted = isWanted;
    this.#emit = emit;
    this.#clip = new Float32Array(clipSamples);
  }

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + this.#clip.length - this.#filled);
      this.#clip.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#clip.length) this.#cut();
    }
  }

  finish(): void {
    const isEnough = this.#filled * 2 >= this.#clip.length || this.#segment === 0;
    if (this.#filled > 0 && isEnough) this.#cut();
  }

  #cut(): void {
    const index = this.#segment++;
    const filled = this.#filled;
    this.#filled = 0;
    if (!this.#isWanted(index)) return;
    if (this.#plan.segment.padding === 'repeat') repeat(this.#clip, filled);
    else this.#clip.fill(0, filled);
    const { bands, hop } = this.#plan.frontEnd;
    const { frames } = this.#plan.segment;
    const rows = new Float32Array(frames * bands);
    let count = 0;
    const stream = new FrameStream(this.#mel, (row) => {
      if (count < frames) rows.set(row, count++ * bands);
    });
    for (let at = 0; at < this.#clip.length; at += PIECE) {
      stream.push(this.#clip.subarray(at, at + PIECE));
    }
    stream.finish();
    this.#emit(rows, count, (index * this.#clip.length) / hop);
  }
}

/** Fills the rest of `values` with what its first `length` hold, over and over. */
function repeat(values: Float32Array, length: number): void {
  if (length === 0) return;
  for (let at = length; at < values.length; at += length) {
    values.copyWithin(at, 0, Math.min(length, values.length - at));
  }
}

/** How many segments a track of this length gives. */
export function countSegments({ frontEnd, segment }: SegmentPlan, durationSeconds: number): number {
  const samples = Math.round(durationSeconds * frontEnd.sampleRate);
  if (segment.clipSamples) {
    const whole = Math.floor(samples / segment.clipSamples);
    const isRestEnough = (samples % segment.clipSamples) * 2 >= segment.clipSamples;
    return Math.max(1, whole + (isRestEnough ? 1 : 0));
  }
  const frames = countFrames(frontEnd, samples);
  if (frames <= segment.frames) return 1;
  const whole = Math.floor((frames - segment.frames) / segment.hopFrames) + 1;
  const rest = frames - segment.frames - (whole - 1) * segment.hopFrames;
  return whole + (rest * 2 >= Math.min(segment.frames, segment.hopFrames) ? 1 : 0);
}

function countFrames({ centre, windowLength, hop }: FrontEnd, samples: number): number {
  if (centre !== 'none') return 1 + Math.floor(samples / hop);
  return samples < windowLength ? 0 : 1 + Math.floor((samples - windowLength) / hop);
}

/** Indices of `limit` segments spread evenly over `count`. */
function spread(count: number, limit: number): Set<number> {
  if (limit >= count) return new Set(Array.from({ length: count }, (_, i) => i));
  return new Set(Array.from({ length: limit }, (_, i) => Math.floor(((i + 0.5) * count) / limit)));
}
