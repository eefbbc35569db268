import { z } from 'zod';
import { decodeTrack } from '../../audio/room.ts';
import type { Ffmpeg } from '../../audio/room.ts';
import { librosaMel, SegmentMaker } from '../../embedding/room.ts';
import type { SegmentPlan } from '../../embedding/room.ts';

const SAMPLE_RATE = 22_050;
const HOP = 512;
const BANDS = 128;
export const COEFFICIENTS = 13;
/** Decibels below the loudest value of a clip that are told apart. */
const RANGE = 80;

/** Clips of one length: short tracks are looped, long ones cut. */
export const clipOptions = z.object({
  seconds: z.number().min(0.5).max(60).default(10),
  /** Clips per track at most, spread evenly over it. */
  mostClips: z.number().int().min(1).max(1000).default(12),
});
export type ClipOptions = z.output<typeof clipOptions>;

/** Coefficients × frames of a clip. */
export const clipShape = ({ seconds }: Pick<ClipOptions, 'seconds'>): [number, number] => [
  COEFFICIENTS,
  1 + Math.floor(clipSamples(seconds) / HOP),
];

const clipSamples = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);

/** Mel bands in decibels, as librosa 0.10 has them before the cosine transform. */
function planOf(seconds: number): SegmentPlan {
  const [, frames] = clipShape({ seconds });
  return {
    frontEnd: librosaMel(BANDS),
    segment: { frames, hopFrames: frames, padding: 'repeat', clipSamples: clipSamples(seconds) },
  };
}

/** Cuts a stream of samples at 22,050 Hz into clips and describes each by its MFCC. */
export class MfccClips {
  /** One picture of `clipShape` per clip: row by row, each the course of one coefficient. */
  readonly clips: Float32Array[] = [];
  readonly #maker: SegmentMaker;

  constructor({ seconds, mostClips }: ClipOptions, durationSeconds: number) {
    const take = ({ values }: { values: Float32Array }): void => {
      this.clips.push(cosineTransform(values));
    };
    this.#maker = new SegmentMaker(planOf(seconds), take, { limit: mostClips, durationSeconds });
  }

  push(samples: Float32Array): void {
    this.#maker.push(samples);
  }

  finish(): Float32Array[] {
    this.#maker.finish();
    return this.clips;
  }
}

/**
 * Decodes a track into the MFCC of its clips, see `MfccClips`.
 * @throws AppError as `decodeTrack`
 */
export async function readMfccClips(
  ffmpeg: Ffmpeg,
  track: { path: Buffer; durationSeconds: number },
  options: ClipOptions,
  decoding: { wasm: string; signal?: AbortSignal },
): Promise<Float32Array[]> {
  const clips = new MfccClips(options, track.durationSeconds);
  const sinks = { onMono22050: (samples: Float32Array) => clips.push(samples) };
  await decodeTrack(ffmpeg, track.path, sinks, decoding);
  return clips.finish();
}

/** Rows of the orthonormal DCT-II (Davis & Mermelstein 1980). */
const BASIS = Array.from({ length: COEFFICIENTS }, (_, k) => {
  const norm = Math.sqrt((k === 0 ? 1 : 2) / BANDS);
  return Float64Array.from(
    { length: BANDS },
    (__, band) => norm * Math.cos((Math.PI * k * (2 * band + 1)) / (2 * BANDS)),
  );
});

/** @param decibels frames × bands; @returns coefficients × frames */
function cosineTransform(decibels: Float32Array): Float32Array {
  const frames = decibels.length / BANDS;
  let loudest = -Infinity;
  for (const value of decibels) loudest = Math.max(loudest, value);
  const floor = loudest - RANGE;
  const coefficients = new Float32Array(COEFFICIENTS * frames);
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < COEFFICIENTS; k++) {
      let sum = 0;
      for (let band = 0; band < BANDS; band++) {
        sum += BASIS[k][band] * Math.max(floor, decibels[frame * BANDS + band]);
      }
      coefficients[k * frames + frame] = sum;
    }
  }
  return coefficients;
}
