import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeAudio } from '../audio/room.ts';
import type { Ffmpeg } from '../audio/room.ts';
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

/** What of a style is wanted. */
export interface AlbumPlan {
  ffmpeg: Ffmpeg;
  /** Which of `STYLES`. */
  index: number;
  /** An empty folder. */
  folder: string;
  /** Tracks, at most as many as the style has titles. */
  count: number;
  /** Shortest and longest track in seconds. */
  seconds: [number, number];
}

/** Composes and encodes the tracks of a style, the same every time. `onTrack` is called after each. */
export async function makeAlbum(
  { ffmpeg, index, folder, count, seconds: [shortest, longest] }: AlbumPlan,
  onTrack: () => void,
): Promise<void> {
  const style = STYLES[index];
  const cover = join(folder, 'cover.png');
  await writeFile(cover, drawCover(index * 45, randomFrom(900 + index)));
  const waiting = Array.from({ length: Math.min(count, style.titles.length) }, (_, i) => i);
  // Two at a time: one is composed while the other is encoded.
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const random = randomFrom(1000 * (index + 1) + i);
      const length = shortest + (longest - shortest) * random();
      await makeTrack(ffmpeg, style, { folder, cover, number: i + 1, random, length });
      onTrack();
    }
  };
  await Promise.all([work(), work()]);
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
