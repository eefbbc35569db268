import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { integratedLoudness, kWeighting, loudnessRange } from './loudness.ts';
import { WaveformPeaks } from './waveform-peaks.ts';

/** The rate of the one decode. */
export const SAMPLE_RATE = 22050;
const BLOCK = SAMPLE_RATE / 10;
const BUCKET = 256;

/**
 * What the channels of a file weigh in BS.1770, by their number, in the order of ffmpeg's usual layouts: what is
 * behind counts 1.41 times, the low-frequency channel not at all.
 */
const BEHIND = 1.41;
const CHANNEL_WEIGHTS: Record<number, number[]> = {
  3: [1, 1, 0],
  4: [1, 1, 1, BEHIND],
  5: [1, 1, 1, BEHIND, BEHIND],
  6: [1, 1, 1, 0, BEHIND, BEHIND],
  7: [1, 1, 1, 0, BEHIND, BEHIND, BEHIND],
  8: [1, 1, 1, 0, BEHIND, BEHIND, BEHIND, BEHIND],
};

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
  shortsTaken(): number;
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
  /** For more than two channels: one more pass per pair, because loudness adds what the mono mix cancels. */
  #pairs: IngestKernel[] = [];

  /**
   * @param wasm file of `kernels/ingest.ts`
   * @param onMono gets views that are overwritten by the next samples
   */
  constructor(wasm: string | URL, onMono: (samples: Float32Array) => void) {
    compiled ??= new WebAssembly.Module(readFileSync(wasm));
    this.#kernel = newKernel(compiled);
    this.#onMono = onMono;
    this.#capacity = this.#kernel.CAPACITY.value as number;
  }

  /** @param samples interleaved frames of `channels` */
  push(samples: Float32Array, channels: number): void {
    if (channels === 1) this.#blockScale = 0.5 / BLOCK;
    const frames = Math.floor(samples.length / channels);
    for (let at = 0; at < frames; at += this.#capacity) {
      const count = Math.min(this.#capacity, frames - at);
      const part = samples.subarray(at * channels, (at + count) * channels);
      this.#load(part, channels, count);
      this.#take(count, channels > 2 ? this.#surroundEnergies(part, channels, count) : null);
    }
  }

  /** Time that was left out, for the picture of the waveform. */
  skip(seconds: number): void {
    this.#peaks.addSilence(Math.round((seconds * SAMPLE_RATE) / BUCKET));
  }

  finish(): Heard {
    if (this.#kernel.finishBucket()) {
      this.#peaks.add(view(this.#kernel, Float32Array, this.#kernel.buckets(), 2));
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
    const input = view(this.#kernel, Float32Array, this.#kernel.input(), 2 * frames);
    if (channels === 2) return input.set(samples);
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += samples[i * channels + c];
      input[2 * i] = sum / channels;
      input[2 * i + 1] = sum / channels;
    }
  }

  /** Sums of squares of the blocks that were completed, over all channels with their weights. */
  #surroundEnergies(samples: Float32Array, channels: number, frames: number): Float64Array {
    const weights = CHANNEL_WEIGHTS[channels] ?? Array<number>(channels).fill(1);
    let sum: Float64Array | null = null;
    for (let first = 0; first < channels; first += 2) {
      const kernel = (this.#pairs[first / 2] ??= newKernel(compiled!));
      const input = view(kernel, Float32Array, kernel.input(), 2 * frames);
      const left = Math.sqrt(weights[first]);
      const right = Math.sqrt(weights[first + 1] ?? 0);
      for (let i = 0; i < frames; i++) {
        input[2 * i] = left * samples[i * channels + first];
        input[2 * i + 1] = right === 0 ? 0 : right * samples[i * channels + first + 1];
      }
      const energies = view(kernel, Float64Array, kernel.blocks(), kernel.take(frames));
      sum = sum ? sum.map((energy, i) => energy + energies[i]) : energies.slice();
    }
    return sum!;
  }

  #take(frames: number, surround: Float64Array | null): void {
    const blocks = this.#kernel.take(frames);
    this.#frames += frames;
    const energies = surround ?? view(this.#kernel, Float64Array, this.#kernel.blocks(), blocks);
    for (const energy of energies) {
      this.#blocks.push(energy * this.#blockScale);
    }
    const pairs = view(
      this.#kernel,
      Float32Array,
      this.#kernel.buckets(),
      2 * this.#kernel.bucketsTaken(),
    );
    this.#peaks.add(pairs);
    const shortBytes = 2 * this.#kernel.shortsTaken();
    this.#hash.update(view(this.#kernel, Uint8Array, this.#kernel.shorts(), shortBytes));
    this.#onMono(view(this.#kernel, Float32Array, this.#kernel.mono(), frames));
  }
}

function newKernel(module: WebAssembly.Module): IngestKernel {
  const instance = new WebAssembly.Instance(module, { env: { abort() {} } });
  const kernel = instance.exports as unknown as IngestKernel;
  const { shelf, highPass } = kWeighting(SAMPLE_RATE);
  kernel.begin(...shelf, ...highPass, BLOCK, BUCKET);
  return kernel;
}

function view<View>(
  { memory }: IngestKernel,
  type: new (buffer: ArrayBuffer, offset: number, length: number) => View,
  at: number,
  length: number,
): View {
  return new type(memory.buffer, at, length);
}
