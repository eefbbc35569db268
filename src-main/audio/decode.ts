import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { AppError } from '../base/errors.ts';
import { explainFile } from './explain-file.ts';
import { FfmpegReport } from './ffmpeg-report.ts';
import { openInput, startFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { Ingest, SAMPLE_RATE } from './ingest.ts';

/** Longer tracks are heard in passages of together this length, spread evenly. */
export const MAX_ANALYSED_SECONDS = 1200;
const PASSAGES = 10;
const DEFAULT_TIMEOUT_SECONDS = 900;
/** ffmpeg that writes nothing for this long is ended. */
const STALL_SECONDS = 60;

/** Who wants samples, mono float32 by sample rate; what nobody wants is not made. Views are not kept. */
export interface SampleSinks {
  /** Before the samples of each passage; most tracks have one. */
  onPassage?(startSeconds: number): void;
  /** Asked whenever samples were given: while the promise is open, nothing is read and no time counts. */
  hold?(): Promise<void> | null;
  onMono22050?(samples: Float32Array): void;
  onMono16000?(samples: Float32Array): void;
  onMono48000?(samples: Float32Array): void;
}

export interface Passage {
  startSeconds: number;
  seconds: number;
}

export interface DecodeResult {
  /**
   * The first 256 bits of the SHA-512 of every second mono sample at 22,050 Hz, as 16 bits: the same
   * sound, whatever the file is called.
   */
  audioHash: string;
  durationSeconds: number;
  analysedSeconds: number;
  passages: Passage[];
  channels: number;
  sampleRate: number;
  codec: string;
  /** Pairs of bytes (lowest, highest) around 128 over the whole track, at most 1,000. */
  peaks: Uint8Array;
  /** LUFS; null where all is silence. */
  integratedLoudness: number | null;
  /** LU. */
  loudnessRange: number | null;
  /** Of the mono mix, 0 to about 1. */
  samplePeak: number;
  /** Processor time that ffmpeg took. */
  cpuSeconds: number;
  /** Why the file is only partly readable, or null. */
  partial: string | null;
}

export interface DecodeOptions {
  /** `resources/wasm/ingest.wasm`. */
  wasm: string | URL;
  signal?: AbortSignal;
  timeoutSeconds?: number;
}

/**
 * Decodes a file once for everybody: one ffmpeg process, every sample rate that is asked for, samples as
 * they come. Only a track of more than twenty minutes is opened several times, at its passages.
 * @throws AppError `decode-failed`, `no-audio`, `protected`, `file-missing`, `file-unreadable`, `timeout`,
 *   `cancelled`
 */
export async function decodeTrack(
  ffmpeg: Ffmpeg,
  path: Buffer,
  sinks: SampleSinks,
  options: DecodeOptions,
): Promise<DecodeResult> {
  const ingest = new Ingest(options.wasm, (samples) => sinks.onMono22050?.(samples));
  const first = new Decoder(ffmpeg, path, sinks, ingest, options);
  await first.run(null);
  const { report } = first;
  if (first.isLong) return decodePassages(first, path, ingest);
  if (first.frames === 0) throw await explainFile(path, report);
  const heard = ingest.finish();
  const seconds = heard.frames / SAMPLE_RATE;
  return {
    ...heard,
    ...described(report),
    durationSeconds: seconds,
    analysedSeconds: seconds,
    passages: [{ startSeconds: 0, seconds }],
    partial: whyPartial(report, seconds),
  };
}

async function decodePassages(
  decoder: Decoder,
  path: Buffer,
  ingest: Ingest,
): Promise<DecodeResult> {
  const durationSeconds = decoder.report.durationSeconds!;
  const seconds = MAX_ANALYSED_SECONDS / PASSAGES;
  const step = durationSeconds / PASSAGES;
  const passages: Passage[] = [];
  for (let i = 0; i < PASSAGES; i++) {
    const startSeconds = i * step + (step - seconds) / 2;
    ingest.skip((step - seconds) / 2);
    const before = decoder.frames;
    await decoder.run({ startSeconds, seconds });
    const heard = (decoder.frames - before) / SAMPLE_RATE;
    if (heard > 0) passages.push({ startSeconds, seconds: heard });
    ingest.skip(step - seconds - (step - seconds) / 2 + (seconds - heard));
  }
  if (decoder.frames === 0) throw await explainFile(path, decoder.report);
  const heard = ingest.finish();
  const analysedSeconds = heard.frames / SAMPLE_RATE;
  const { report } = decoder;
  const isPartial = report.errorCount > 0 || passages.length < PASSAGES;
  return {
    ...heard,
    ...described(report),
    durationSeconds,
    analysedSeconds,
    passages,
    partial: isPartial ? 'Parts of the file are damaged or missing.' : null,
  };
}

function described(
  report: FfmpegReport,
): Pick<DecodeResult, 'channels' | 'sampleRate' | 'codec' | 'cpuSeconds'> {
  const { channels, sampleRate, codec, cpuSeconds } = report;
  return { channels, sampleRate, codec, cpuSeconds };
}

/** The exit code says little: damaged files end with 0. */
function whyPartial(report: FfmpegReport, seconds: number): string | null {
  const promised = report.isDurationGuessed ? null : report.durationSeconds;
  if (report.durationSeconds === null && seconds > MAX_ANALYSED_SECONDS - 1) {
    return 'The file does not say how long it is; its first 20 minutes were heard.';
  }
  if (promised !== null && seconds < promised - Math.max(1, 0.02 * promised)) {
    return `The file breaks off: ${Math.round(seconds)} of ${Math.round(promised)} seconds could be read.`;
  }
  return report.errorCount > 0 ? 'Parts of the file are damaged.' : null;
}

interface Output {
  rate: number;
  onMono(samples: Float32Array): void;
}

/** Runs ffmpeg over one file, once for all of it or once per passage. */
class Decoder {
  readonly report = new FfmpegReport();
  /** Frames at 22,050 Hz so far. */
  frames = 0;
  /** The container promises more than is analysed at a stretch; nothing was taken. */
  isLong = false;
  readonly #ffmpeg: Ffmpeg;
  readonly #path: Buffer;
  readonly #ingest: Ingest;
  readonly #extra: Output[];
  readonly #options: DecodeOptions;
  readonly #sinks: SampleSinks;
  #deadline: number;

  constructor(
    ffmpeg: Ffmpeg,
    path: Buffer,
    sinks: SampleSinks,
    ingest: Ingest,
    options: DecodeOptions,
  ) {
    this.#ffmpeg = ffmpeg;
    this.#path = path;
    this.#ingest = ingest;
    this.#options = options;
    this.#sinks = sinks;
    this.#deadline = Date.now() + (options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
    this.#extra = [];
    if (sinks.onMono16000) this.#extra.push({ rate: 16000, onMono: sinks.onMono16000 });
    if (sinks.onMono48000) this.#extra.push({ rate: 48000, onMono: sinks.onMono48000 });
  }

  /** @param passage null for the whole track; that ends at once where the track proves too long */
  async run(passage: Passage | null): Promise<void> {
    this.#sinks.onPassage?.(passage?.startSeconds ?? 0);
    const place = passage
      ? ['-ss', String(passage.startSeconds), '-t', String(passage.seconds)]
      : ['-t', String(MAX_ANALYSED_SECONDS)];
    const input = openInput(this.#path, place);
    const child = startFfmpeg(this.#ffmpeg, input, this.#outputArgs(), this.#extra.length);
    await this.#read(child, passage === null);
  }

  #outputArgs(): string[] {
    const rates = [SAMPLE_RATE, ...this.#extra.map(({ rate }) => rate)];
    const { resampler } = this.#ffmpeg;
    const chain = (rate: number): string =>
      `aresample=${rate}:resampler=${resampler},aformat=sample_fmts=flt,asetnsamples=n=16384:p=0`;
    const targets = ['pipe:1', 'pipe:3', 'pipe:4'];
    if (rates.length === 1) {
      return [
        '-map',
        '0:a:0',
        '-vn',
        '-sn',
        '-dn',
        '-af',
        chain(SAMPLE_RATE),
        '-f',
        'f32le',
        targets[0],
      ];
    }
    const split = `[0:a:0]asplit=${rates.length}${rates.map((_, i) => `[s${i}]`).join('')}`;
    const chains = rates.map((rate, i) => `[s${i}]${chain(rate)}[o${i}]`);
    return [
      '-filter_complex',
      [split, ...chains].join(';'),
      ...rates.flatMap((_, i) => ['-map', `[o${i}]`, '-f', 'f32le', targets[i]]),
    ];
  }

  #read(child: ChildProcess, isWhole: boolean): Promise<void> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      let failure: AppError | null = null;
      let lastOutput = Date.now();
      let heldSince: number | null = null;
      const end = (error: AppError | null): void => {
        failure ??= error;
        child.kill('SIGKILL');
        for (const stream of child.stdio) (stream as Readable | null)?.resume?.(); // It may be held.
      };
      const onAbort = (): void => end(new AppError('cancelled', 'The analysis was cancelled.'));
      const watch = setInterval(() => {
        if (heldSince !== null) return;
        const isStalled = Date.now() - lastOutput > STALL_SECONDS * 1000;
        if (isStalled || Date.now() > this.#deadline) {
          end(new AppError('timeout', 'Reading the file took too long; it was given up.'));
        }
      }, 1000);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort);

      child.stderr!.on('data', (bytes: Buffer) => this.report.take(bytes));
      const takers = [
        new SampleReader((samples, channels) => {
          this.frames += Math.floor(samples.length / channels);
          this.#ingest.push(samples, channels);
        }),
        ...this.#extra.map(
          ({ onMono }) =>
            new SampleReader((samples, channels) => onMono(toMono(samples, channels))),
        ),
      ];
      const streams = [child.stdout, child.stdio[3], child.stdio[4]].slice(
        0,
        takers.length,
      ) as Readable[];
      const holdIfAsked = (): void => {
        const held = heldSince === null ? this.#sinks.hold?.() : null;
        if (!held) return;
        heldSince = Date.now();
        streams.forEach((stream) => stream.pause());
        void held.then(() => {
          lastOutput = Date.now();
          this.#deadline += lastOutput - heldSince!;
          heldSince = null;
          streams.forEach((stream) => stream.resume());
        });
      };
      takers.forEach((taker, i) =>
        streams[i].on('data', (bytes: Buffer) => {
          lastOutput = Date.now();
          if (failure || (isWhole && this.isLong)) return;
          if (isWhole && this.#isTooLong()) {
            this.isLong = true;
            return end(null);
          }
          try {
            taker.take(bytes, this.report.channels);
            holdIfAsked();
          } catch (thrown) {
            end(new AppError('internal', `The samples could not be analysed: ${String(thrown)}`));
          }
        }),
      );
      child.on('error', (cause) => {
        failure ??= new AppError('ffmpeg-missing', `ffmpeg could not be started: ${cause.message}`);
      });
      child.on('close', () => {
        clearInterval(watch);
        signal?.removeEventListener('abort', onAbort);
        if (!failure && !(isWhole && this.isLong))
          takers.forEach((taker) => taker.finish(this.report.channels));
        if (failure) reject(failure);
        else resolve();
      });
    });
  }

  #isTooLong(): boolean {
    return (this.report.durationSeconds ?? 0) > MAX_ANALYSED_SECONDS + 1;
  }
}

/** Bytes of a pipe to whole frames; waits until the number of channels is known. */
class SampleReader {
  readonly #onSamples: (samples: Float32Array, channels: number) => void;
  /** Bytes that no frame is made of yet are at its beginning. */
  #held = Buffer.allocUnsafeSlow(1 << 17);
  #heldLength = 0;

  constructor(onSamples: (samples: Float32Array, channels: number) => void) {
    this.#onSamples = onSamples;
  }

  take(bytes: Buffer, channels: number): void {
    const isWhole = channels > 0 && bytes.length % (4 * channels) === 0;
    if (isWhole && this.#heldLength === 0 && bytes.byteOffset % 4 === 0) {
      return this.#onSamples(toFloats(bytes, bytes.length), channels);
    }
    this.#hold(bytes);
    if (channels > 0) this.#giveOn(channels);
  }

  finish(channels: number): void {
    if (channels > 0) this.#giveOn(channels);
  }

  #hold(bytes: Buffer): void {
    const length = this.#heldLength + bytes.length;
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(2 * length);
      this.#held.copy(larger, 0, 0, this.#heldLength);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldLength);
    this.#heldLength = length;
  }

  #giveOn(channels: number): void {
    const usable = this.#heldLength - (this.#heldLength % (4 * channels));
    if (usable > 0) this.#onSamples(toFloats(this.#held, usable), channels);
    this.#held.copyWithin(0, usable, this.#heldLength);
    this.#heldLength -= usable;
  }
}

function toFloats(bytes: Buffer, length: number): Float32Array {
  return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, length / 4);
}

/** The mean of the channels; what is no number, as files of floats may hold, becomes silence. */
function toMono(samples: Float32Array, channels: number): Float32Array {
  const mono = new Float32Array(samples.length / channels);
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += samples[i * channels + c];
    mono[i] = Number.isFinite(sum) ? sum / channels : 0;
  }
  return mono;
}
