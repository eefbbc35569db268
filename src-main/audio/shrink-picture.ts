import { spawn } from 'node:child_process';
import type { Ffmpeg } from './ffmpeg.ts';

const SECONDS = 10;
const MAX_BYTES = 1024 * 1024;
/** A small file can claim to be a picture of any size; 8,000 × 8,000 is more than any cover. */
const MAX_PIXELS = 64_000_000;

/** What a picture begins with decides its demuxer, so that nothing else is tried on it. */
const DEMUXERS: [start: string, demuxer: string][] = [
  ['\xff\xd8\xff', 'jpeg_pipe'],
  ['\x89PNG', 'png_pipe'],
  ['GIF8', 'gif'],
  ['RIFF', 'webp_pipe'],
];

/**
 * A picture made to fit into a square of so many pixels, as JPEG; null where this ffmpeg cannot make one.
 * The picture is what a stranger wrote: ffmpeg gets it by a pipe and may open nothing else.
 */
export function shrinkPicture(
  ffmpeg: Pick<Ffmpeg, 'path'>,
  picture: Uint8Array,
  size: number,
): Promise<Uint8Array | null> {
  const start = Buffer.from(picture.subarray(0, 4)).toString('latin1');
  const demuxer = DEMUXERS.find(([sign]) => start.startsWith(sign))?.[1];
  if (!demuxer) return Promise.resolve(null);
  return run(ffmpeg.path, argumentsFor(demuxer, size), picture);
}

function argumentsFor(demuxer: string, size: number): string[] {
  const quiet = ['-nostdin', '-hide_banner', '-v', 'error', '-threads', '1'];
  const input = ['-protocol_whitelist', 'pipe', '-max_pixels', String(MAX_PIXELS), '-f', demuxer];
  const fit = `scale='min(${size},iw)':'min(${size},ih)':force_original_aspect_ratio=decrease`;
  const output = [
    '-frames:v',
    '1',
    '-vf',
    fit,
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-pix_fmt',
    'yuvj420p',
  ];
  return [...quiet, ...input, '-i', 'pipe:0', ...output, '-f', 'image2pipe', 'pipe:1'];
}

function run(program: string, args: string[], input: Uint8Array): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > MAX_BYTES) child.kill('SIGKILL');
      else chunks.push(bytes);
    });
    child.stdin.on('error', () => {}); // It may end before it has read all.
    child.on('error', () => resolve(null));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 && length > 0 ? Buffer.concat(chunks) : null);
    });
    child.stdin.end(input);
  });
}
