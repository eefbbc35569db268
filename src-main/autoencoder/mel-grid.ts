import { decodeTrack } from '../audio/room.ts';
import type { Ffmpeg } from '../audio/room.ts';
import { FrameStream, librosaMel, MelFrames } from '../embedding/room.ts';

export const SAMPLE_RATE = 22_050;
export const N_FFT = 2048;
export const HOP = 512;
/** Decibels below the loudest value of a track that are told apart. */
export const RANGE = 80;

/** How spectrograms of all tracks are alike. */
export interface GridShape {
  bands: number;
  columns: number;
  /** Seconds of sound in it. */
  seconds: number;
}

/** Frames of `HOP` samples in so many seconds, at least one. */
export const framesIn = (seconds: number): number =>
  Math.max(1, Math.round((seconds * SAMPLE_RATE) / HOP));

/** Columns are never finer than the frames. */
export const gridShape = (bands: number, columns: number, seconds: number): GridShape => ({
  bands,
  columns: Math.min(columns, framesIn(seconds)),
  seconds,
});

/**
 * Turns samples at 22,050 Hz into a spectrogram of a fixed size: a shorter sound is repeated, of a longer
 * one the beginning is taken.
 */
export class MelGrid {
  readonly #shape: GridShape;
  readonly #frames: number;
  readonly #rows: Float32Array[] = [];
  readonly #stream: FrameStream;

  constructor(shape: GridShape) {
    this.#shape = shape;
    this.#frames = framesIn(shape.seconds);
    this.#stream = new FrameStream(
      new MelFrames(librosaMel(shape.bands)),
      (row) => {
        if (this.#rows.length < this.#frames) this.#rows.push(row.slice());
      },
      (frame) => frame < this.#frames,
    );
  }

  push(samples: Float32Array): void {
    this.#stream.push(samples);
  }

  /** Nothing that comes now is looked at. */
  get isFull(): boolean {
    return this.#rows.length === this.#frames;
  }

  /** bands × columns, 255 for the loudest value and 0 for all that is `RANGE` decibels below. */
  finish(): Uint8Array {
    this.#stream.finish();
    const { bands, columns } = this.#shape;
    const means = new Float32Array(bands * columns);
    const counts = new Uint32Array(columns);
    for (let frame = 0; frame < this.#frames; frame++) {
      const row = this.#rows[frame % Math.max(1, this.#rows.length)];
      if (!row) break;
      const column = Math.floor((frame * columns) / this.#frames);
      counts[column]++;
      for (let band = 0; band < bands; band++) means[band * columns + column] += row[band];
    }
    let loudest = -Infinity;
    means.forEach((sum, i) => {
      means[i] = sum / Math.max(1, counts[i % columns]);
      loudest = Math.max(loudest, means[i]);
    });
    return Uint8Array.from(means, (decibels) =>
      Math.round(255 * Math.max(0, 1 + (decibels - loudest) / RANGE)),
    );
  }
}

/** Decodes no more of a track than is looked at. @throws AppError as `decodeTrack` */
export async function readMelGrid(
  ffmpeg: Ffmpeg,
  path: Buffer,
  shape: GridShape,
  { wasm }: { wasm: string },
): Promise<Uint8Array> {
  const grid = new MelGrid(shape);
  const control = new AbortController();
  const take = (samples: Float32Array): void => {
    grid.push(samples);
    if (grid.isFull) control.abort();
  };
  try {
    await decodeTrack(ffmpeg, path, { onMono22050: take }, { wasm, signal: control.signal });
  } catch (thrown) {
    if (!grid.isFull) throw thrown;
  }
  return grid.finish();
}
