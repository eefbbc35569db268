import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { integratedLoudness, kWeighting, loudnessRange } from './loudness.ts';
import { WaveformPeaks } from './waveform-peaks.ts';

/** The rate of the one decode. */
export const SAMPLE_RATE = 22050;
const BLOCK = SAMPLE_RATE / 10;
const BUCKET = 256;

interface IngestKernel {
  memory: WebAssembly.Memory;
  CAPACITY: WebAssembly.Global;
  input(): number;
  mono(): number;
  shorts(): number;
  blocks(): number;
  buckets(): number;
  begin(...numbers: number[]): void;
  take(frames: number): number;
  bucketsTaken(): number;
  finishBucket(): number;
  largest(): number;
}

/** What was learned of a track while its samples streamed by. */
export interface Heard {
  audioHash: string;
  /** Stereo frames taken. */
  frames: number;
  peaks: Uint8Array;
  integratedLoudness: number | null;
  loudnessRange: number | null;
  /** Largest magnitude of the mono mix. */
  samplePeak: number;
}

let compiled: WebAssembly.Module | null = null;

/** One pass over decoded samples: mono mix, loudness, peaks and the identity of what is heard. */
export class Ingest {
  readonly #kernel: IngestKernel;
  readonly #onMono: (samples: Float32Array) => void;
  readonly #capacity: number;
  /** Twice as fast as SHA-256 where the processor has no instructions for that. */
  readonly #hash = createHash('sha512');
  readonly #blocks: number[] = [];
  readonly #peaks = new WaveformPeaks();
  #frames = 0;
  /** BS.1770 adds the channels; a mono file has one, which arrives here as two. */
  #blockScale = 1 / BLOCK;

  /**
   * @param wasm file of `kernels/ingest.ts`
   * @param onMono gets views that are overwritten by the next samples
   */
  constructor(wasm: string | URL, onMono: (samples: Float32Array) => void) {
    compiled ??= new WebAssembly.Module(readFileSync(wasm));
    const instance = new WebAssembly.Instance(compiled, { env: { abort() {} } });
    this.#kernel = instance.exports as unknown as IngestKernel;
    this.#onMono = onMono;
    this.#capacity = this.#kernel.CAPACITY.value as number;
    const { shelf, highPass } = kWeighting(SAMPLE_RATE);
    this.#kernel.begin(...shelf, ...highPass, BLOCK, BUCKET);
  }

  /** @param samples interleaved frames of `channels` */
  push(samples: Float32Array, channels: number): void {
    if (channels === 1) this.#blockScale = 0.5 / BLOCK;
    const frames = Math.floor(samples.length / channels);
    for (let at = 0; at < frames; at += this.#capacity) {
      const count = Math.min(this.#capacity, frames - at);
      this.#load(samples.subarray(at * channels, (at + count) * channels), channels, count);
      this.#take(count);
    }
  }

  /** Time that was left out, for the picture of the waveform. */
  skip(seconds: number): void {
    this.#peaks.addSilence(Math.round((seconds * SAMPLE_RATE) / BUCKET));
  }

  finish(): Heard {
    if (this.#kernel.finishBucket()) {
      this.#peaks.add(this.#view(Float32Array, this.#kernel.buckets(), 2));
    }
    return {
      audioHash: this.#hash.digest('hex').slice(0, 64),
      frames: this.#frames,
      peaks: this.#peaks.finish(),
      integratedLoudness: integratedLoudness(this.#blocks),
      loudnessRange: loudnessRange(this.#blocks),
      samplePeak: this.#kernel.largest(),
    };
  }

  /** More than two channels become their mean, twice: what librosa calls mono. */
  #load(samples: Float32Array, channels: number, frames: number): void {
    const input = this.#view(Float32Array, this.#kernel.input(), 2 * frames);
    if (channels === 2) return input.set(samples);
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += samples[i * channels + c];
      input[2 * i] = sum / channels;
      input[2 * i + 1] = sum / channels;
    }
  }

  #take(frames: number): void {
    const blocks = this.#kernel.take(frames);
    this.#frames += frames;
    for (const energy of this.#view(Float64Array, this.#kernel.blocks(), blocks)) {
      this.#blocks.push(energy * this.#blockScale);
    }
    const pairs = this.#view(Float32Array, this.#kernel.buckets(), 2 * this.#kernel.bucketsTaken());
    this.#peaks.add(pairs);
    this.#hash.update(this.#view(Uint8Array, this.#kernel.shorts(), 2 * frames));
    this.#onMono(this.#view(Float32Array, this.#kernel.mono(), frames));
  }

  #view<View>(
    type: new (buffer: ArrayBuffer, offset: number, length: number) => View,
    at: number,
    length: number,
  ): View {
    return new type(this.#kernel.memory.buffer, at, length);
  }
}
