import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { encodeAudio } from '../audio/room.ts';
import type { Ffmpeg, FfmpegSearch } from '../audio/room.ts';
import { AppError } from '../base/errors.ts';
import { drawCover } from './cover.ts';
import { randomFrom, SAMPLE_RATE, Tape } from './instruments.ts';
import { STYLES } from './styles.ts';
import type { Style } from './styles.ts';

interface Format {
  extension: string;
  codecArgs: string[];
  holdsCover: boolean;
}

const FORMATS: Format[] = [
  {
    extension: 'mp3',
    codecArgs: ['-c:a', 'libmp3lame', '-q:a', '3', '-id3v2_version', '3'],
    holdsCover: true,
  },
  { extension: 'flac', codecArgs: ['-c:a', 'flac'], holdsCover: true },
  { extension: 'ogg', codecArgs: ['-c:a', 'libvorbis', '-q:a', '5'], holdsCover: false },
  {
    extension: 'opus',
    codecArgs: ['-c:a', 'libopus', '-ar', '48000', '-b:a', '96k'],
    holdsCover: false,
  },
  { extension: 'm4a', codecArgs: ['-c:a', 'aac', '-b:a', '160k'], holdsCover: true },
  { extension: 'wav', codecArgs: ['-c:a', 'pcm_s16le'], holdsCover: false },
];

export interface DemoOptions {
  /** Tracks of each style, at most 8. */
  perStyle?: number;
  /** Shortest and longest track in seconds. */
  seconds?: [number, number];
}

/**
 * Fills a folder with music of our own making: eight styles, an album of eight tracks each, in six formats,
 * with tags and covers. The same every time. What is there already is kept; a folder appears whole.
 */
export async function makeDemo(
  folder: string,
  { ffmpeg, message }: FfmpegSearch,
  { perStyle = 8, seconds = [20, 28] }: DemoOptions = {},
): Promise<void> {
  if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
  for (const [index, style] of STYLES.entries()) {
    const album = join(folder, `${style.artist} - ${style.album}`.replaceAll('?', ''));
    if (existsSync(album)) continue;
    const unfinished = join(folder, `.${style.genre}.part`);
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await makeAlbum(ffmpeg, style, index, unfinished, perStyle, seconds);
    await rename(unfinished, album);
  }
}

async function makeAlbum(
  ffmpeg: Ffmpeg,
  style: Style,
  index: number,
  folder: string,
  count: number,
  [shortest, longest]: [number, number],
): Promise<void> {
  const cover = join(folder, 'cover.png');
  await writeFile(cover, drawCover(index * 45, randomFrom(900 + index)));
  const waiting = Array.from({ length: Math.min(count, style.titles.length) }, (_, i) => i);
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const random = randomFrom(1000 * (index + 1) + i);
      const length = shortest + (longest - shortest) * random();
      await makeTrack(ffmpeg, style, { folder, cover, number: i + 1, random, length });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

interface TrackPlan {
  folder: string;
  cover: string;
  number: number;
  random: () => number;
  length: number;
}

async function makeTrack(
  ffmpeg: Ffmpeg,
  style: Style,
  { folder, cover, number, random, length }: TrackPlan,
): Promise<void> {
  const [slow, fast] = style.tempo;
  const tempo = Math.round(slow + (fast - slow) * random());
  const tape = new Tape(length, random);
  const tonic = 55 + Math.floor(random() * 10);
  style.compose({ tape, random, tempo, tonic, isMinor: random() < 0.5 });
  const title = style.titles[number - 1];
  const tags: Record<string, string> = {
    title,
    artist: style.artist,
    album: style.album,
    album_artist: style.artist,
    genre: style.genre,
    date: String(style.year),
    track: String(number),
    ...(slow === fast ? {} : { TBPM: String(tempo) }),
  };
  const name = `${String(number).padStart(2, '0')} ${title.replace(/[?/:]/g, '')}`;
  const recording = { samples: tape.master(style.peak), sampleRate: SAMPLE_RATE };
  const first = (number - 1 + style.genre.length) % FORMATS.length;
  for (let attempt = 0; attempt < FORMATS.length; attempt++) {
    const { extension, codecArgs, holdsCover } = FORMATS[(first + attempt) % FORMATS.length];
    const path = join(folder, `${name}.${extension}`);
    try {
      return await encodeAudio(ffmpeg, recording, {
        path,
        codecArgs,
        tags,
        ...(holdsCover ? { cover } : {}),
      });
    } catch (thrown) {
      await rm(path, { force: true }); // Not every ffmpeg has every encoder.
      if (attempt === FORMATS.length - 1) throw thrown;
    }
  }
}
