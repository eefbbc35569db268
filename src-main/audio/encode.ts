import { spawn } from 'node:child_process';
import { AppError } from '../base/errors.ts';
import type { Ffmpeg } from './ffmpeg.ts';

export interface Recording {
  /** Interleaved stereo, -1 to 1. */
  samples: Float32Array;
  sampleRate: number;
}

export interface Encoding {
  /** Absolute; its extension chooses the container. */
  path: string;
  codecArgs: string[];
  tags: Record<string, string>;
  /** A PNG that goes into containers which hold pictures. */
  cover?: string;
}

/** Writes a file with tags. @throws AppError `unsupported` where this ffmpeg cannot encode it */
export function encodeAudio(
  ffmpeg: Pick<Ffmpeg, 'path'>,
  { samples, sampleRate }: Recording,
  { path, codecArgs, tags, cover }: Encoding,
): Promise<void> {
  const input = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', '2', '-i', 'pipe:0'];
  const picture = cover
    ? [
        '-i',
        `file:${cover}`,
        '-map',
        '0:a',
        '-map',
        '1:v',
        '-c:v',
        'copy',
        '-disposition:v',
        'attached_pic',
      ]
    : [];
  const metadata = Object.entries(tags).flatMap(([name, value]) => [
    '-metadata',
    `${name}=${value}`,
  ]);
  const args = [
    '-hide_banner',
    '-v',
    'error',
    '-y',
    ...input,
    ...picture,
    ...codecArgs,
    ...metadata,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg.path, [...args, `file:${path}`], {
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let errors = '';
    child.stderr.on(
      'data',
      (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(0, 4000)),
    );
    child.stdin.on('error', () => {}); // Said by the exit code.
    child.on('error', (cause) => reject(new AppError('ffmpeg-missing', cause.message)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new AppError('unsupported', `ffmpeg could not write ${path}: ${errors.trim()}`));
    });
    child.stdin.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  });
}
