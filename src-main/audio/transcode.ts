import { Readable } from 'node:stream';
import { explainFailure, FfmpegReport } from './ffmpeg-report.ts';
import { openInput, startFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';

export interface TranscodeOptions {
  startSeconds?: number;
  signal?: AbortSignal;
}

/**
 * The file as FLAC while it is being made, for formats that a browser does not play. ffmpeg is ended when
 * the reader goes away.
 */
export function transcode(
  ffmpeg: Ffmpeg,
  path: Buffer,
  { startSeconds = 0, signal }: TranscodeOptions = {},
): ReadableStream<Uint8Array> {
  const input = openInput(path, startSeconds > 0 ? ['-ss', String(startSeconds)] : []);
  const output = [
    '-map',
    '0:a:0',
    '-vn',
    '-sn',
    '-dn',
    '-ac',
    '2',
    '-c:a',
    'flac',
    '-compression_level',
    '2',
  ];
  const child = startFfmpeg(ffmpeg, input, [...output, '-f', 'flac', 'pipe:1']);
  const stop = (): void => void child.kill('SIGKILL');
  const report = new FfmpegReport();
  child.stderr!.on('data', (bytes: Buffer) => report.take(bytes));
  child.stdout!.on('close', stop);
  child.on('error', (cause) => child.stdout!.destroy(cause));
  child.on('close', (code) => {
    if (code && report.errorCount > 0) child.stdout!.destroy(explainFailure(report));
  });
  signal?.addEventListener('abort', stop, { once: true });
  return Readable.toWeb(child.stdout!) as ReadableStream<Uint8Array>;
}
