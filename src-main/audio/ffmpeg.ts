import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { AppError } from '../base/errors.ts';

/** Libraries that ffmpeg may resample with; their results differ near the top of the band. */
type Resampler = 'soxr' | 'swr';

/** A program that was started once and answered. */
export interface Ffmpeg {
  path: string;
  version: string;
  resampler: Resampler;
  source: 'setting' | 'environment' | 'ffmpeg-static' | 'system';
}

export interface FfmpegSearch {
  ffmpeg: Ffmpeg | null;
  /** What to do where there is none. */
  message: string | null;
}

const HOW_TO_INSTALL =
  'Earshot needs ffmpeg to read music. Install it (Debian and Ubuntu: `sudo apt install ffmpeg`, ' +
  'macOS: `brew install ffmpeg`, Windows: `winget install ffmpeg`) or say where it is: by ' +
  'ffmpegPath in settings.json of the data folder, or by the environment variable EARSHOT_FFMPEG.';

/** Looks in the order setting, EARSHOT_FFMPEG, ffmpeg-static, PATH; the first that runs is taken. */
export async function findFfmpeg({
  settingPath,
}: {
  settingPath: string | null;
}): Promise<FfmpegSearch> {
  const candidates: { path: string | null | undefined; source: Ffmpeg['source'] }[] = [
    { path: settingPath, source: 'setting' },
    { path: process.env.EARSHOT_FFMPEG, source: 'environment' },
    { path: pathOfFfmpegStatic(), source: 'ffmpeg-static' },
    { path: await pathOnSystem(), source: 'system' },
  ];
  const problems: string[] = [];
  for (const { path, source } of candidates) {
    if (!path) continue;
    const found = await tryFfmpeg(path, source);
    if (found) return { ffmpeg: found, message: null };
    problems.push(`The ffmpeg at ${path} does not run.`);
  }
  return { ffmpeg: null, message: [...problems, HOW_TO_INSTALL].join(' ') };
}

/** The package brings the name; its binary is fetched by our set-up and may be absent. */
function pathOfFfmpegStatic(): string | null {
  try {
    const path = createRequire(import.meta.url)('ffmpeg-static') as string | null;
    const unpacked = path?.replace('app.asar', 'app.asar.unpacked') ?? null;
    return unpacked && existsSync(unpacked) ? unpacked : null;
  } catch {
    return null;
  }
}

async function pathOnSystem(): Promise<string | null> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!folder) continue;
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

async function tryFfmpeg(path: string, source: Ffmpeg['source']): Promise<Ffmpeg | null> {
  try {
    const { stdout } = await runBriefly(path, ['-hide_banner', '-version']);
    const version = /^ffmpeg version (\S+)/m.exec(stdout)?.[1];
    if (!version) return null;
    return {
      path,
      version,
      resampler: stdout.includes('--enable-libsoxr') ? 'soxr' : 'swr',
      source,
    };
  } catch {
    return null;
  }
}

/** Containers that may be opened: none of them can name another file. */
const FORMATS =
  'mp3,flac,ogg,wav,w64,aiff,mov,aac,ape,wv,asf,matroska,tta,mpc,mpc8,dsf,caf,ac3,eac3,dts,amr,tak,au';

/** An input file, as options that nothing in its name or content can bend. */
export interface InputFile {
  args: string[];
  /** A descriptor to hand over as fd 5, for names that are no UTF-8; close it after the start. */
  fd: number | null;
}

/** @throws AppError `file-missing` or `file-unreadable`, for names that are no UTF-8 */
export function openInput(path: Buffer, options: string[] = []): InputFile {
  const guards = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', FORMATS, ...options];
  const name = path.toString('utf8');
  if (Buffer.from(name, 'utf8').equals(path)) {
    return { args: [...guards, '-i', `file:${name}`], fd: null };
  }
  // Arguments of a process are strings; a name of other bytes is opened here and passed on by number.
  return { args: [...guards, '-i', 'file:/proc/self/fd/5'], fd: openByBytes(path) };
}

function openByBytes(path: Buffer): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing
      ? new AppError('file-missing', 'The file is not there any more.', { cause })
      : new AppError('file-unreadable', 'The file could not be read from the disk.', { cause });
  }
}

/**
 * Linux distributions link ffmpeg to OpenBLAS, which at every start makes a thread for each further core; these wait
 * some hundredths of a second for work in a busy loop, and decoding has none for them.
 */
const NO_IDLE_THREADS = { OPENBLAS_NUM_THREADS: '1' };

/** Starts ffmpeg without a shell; outputs are stdout and, where asked for, fd 3 and 4. */
export function startFfmpeg(
  ffmpeg: Pick<Ffmpeg, 'path'>,
  input: InputFile,
  outputArgs: string[],
  extraPipes = 0,
): ChildProcess {
  const pipes: ('pipe' | 'ignore')[] = Array.from({ length: 2 }, (_, i) =>
    i < extraPipes ? 'pipe' : 'ignore',
  );
  const args = [
    '-nostdin',
    '-hide_banner',
    '-nostats',
    '-benchmark',
    '-v',
    'level+info',
    '-threads',
    '1',
  ];
  try {
    return spawn(ffmpeg.path, [...args, ...input.args, ...outputArgs], {
      stdio: ['ignore', 'pipe', 'pipe', ...pipes, input.fd ?? 'ignore'],
      env: { ...process.env, ...NO_IDLE_THREADS },
      windowsHide: true,
    });
  } finally {
    if (input.fd !== null) closeSync(input.fd);
  }
}

const BRIEF_MILLISECONDS = 20_000;
const BRIEF_BYTES = 1 << 20;

/** Runs to the end with bounded time and output. @throws AppError `timeout` or `decode-failed` */
export function runBriefly(
  path: string,
  args: string[],
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new AppError('timeout', 'ffmpeg did not answer in time.'));
    }, BRIEF_MILLISECONDS);
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (bytes: Buffer) => {
        if (texts[name].length < BRIEF_BYTES) texts[name] += bytes.toString('utf8');
      });
    }
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new AppError('decode-failed', `ffmpeg could not be started: ${cause.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...texts, code });
    });
  });
}
