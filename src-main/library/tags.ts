import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { parseFile, selectCover } from 'music-metadata';
import type { IAudioMetadata, ICommonTagsResult } from 'music-metadata';

/** What a file says of itself, cleaned; only this room reads tags. */
export interface Tags {
  title: string;
  artists: string[];
  artist: string;
  album: string;
  albumArtist: string;
  genres: string[];
  year: number | null;
  trackNumber: number | null;
  discNumber: number | null;
  durationSeconds: number | null;
  tempo: number | null;
  key: string | null;
  replayGainTrack: number | null;
  replayGainAlbum: number | null;
  /** Identifies the embedded picture; null without one. */
  artworkHash: string | null;
}

export interface Picture {
  bytes: Uint8Array;
  type: string;
}

const MAX_TEXT = 500;
const MAX_LIST = 20;
const PARSE_SECONDS = 20;

/**
 * Reads the tags of a file; what is missing is taken from its name and folder. Never throws: a file whose
 * tags cannot be read is a file without tags.
 */
export async function readTags(absolute: Buffer, relative: Buffer): Promise<Tags> {
  const metadata = await parse(absolute).catch(() => null);
  const common = metadata?.common;
  const artists = cleanList(common?.artists ?? (common?.artist ? [common.artist] : []));
  const cover = common?.picture ? selectCover(common.picture) : null;
  return {
    title: cleanText(common?.title) || nameWithoutExtension(relative),
    artists,
    artist: cleanText(common?.artist) || artists.join(', '),
    album: cleanText(common?.album) || (hasTags(common) ? '' : folderName(relative)),
    albumArtist: cleanText(common?.albumartist),
    genres: cleanList((common?.genre ?? []).flatMap((genre) => genre.split(/[;\0]/))),
    year: within(common?.year, 1000, 2200),
    trackNumber: within(common?.track?.no, 1, 9999),
    discNumber: within(common?.disk?.no, 1, 999),
    durationSeconds: within(metadata?.format.duration, 0, 1e7),
    tempo: within(common?.bpm, 1, 999),
    key: cleanText(common?.key) || null,
    replayGainTrack: within(common?.replaygain_track_gain?.dB, -60, 60),
    replayGainAlbum: within(common?.replaygain_album_gain?.dB, -60, 60),
    artworkHash: cover ? createHash('sha256').update(cover.data).digest('hex').slice(0, 32) : null,
  };
}

/** The picture inside a file, whatever its type claims to be; null without one. */
export async function readPicture(absolute: Buffer): Promise<Uint8Array | null> {
  const metadata = await parse(absolute).catch(() => null);
  const cover = metadata?.common.picture ? selectCover(metadata.common.picture) : null;
  return cover?.data ?? null;
}

async function parse(absolute: Buffer): Promise<IAudioMetadata> {
  const name = absolute.toString('utf8');
  // The options object is written to by the parser, so each call gets its own.
  if (Buffer.from(name, 'utf8').equals(absolute)) return bounded(parseFile(name, {}));
  const file = await open(absolute, 'r'); // A name that is no UTF-8 is opened by number.
  try {
    return await bounded(parseFile(`/proc/self/fd/${file.fd}`, {}));
  } finally {
    await file.close();
  }
}

function bounded<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), PARSE_SECONDS * 1000);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

const hasTags = (common: ICommonTagsResult | undefined): boolean =>
  Boolean(common?.title ?? common?.artist ?? common?.album);

/** One line without control characters or characters that turn the writing direction. */
export function cleanText(text: string | undefined): string {
  const line = (text ?? '').replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g,
    ' ',
  );
  return line.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
}

function cleanList(texts: string[]): string[] {
  return [...new Set(texts.map(cleanText).filter(Boolean))].slice(0, MAX_LIST);
}

function within(value: number | null | undefined, low: number, high: number): number | null {
  return typeof value === 'number' && value >= low && value <= high ? value : null;
}

function nameWithoutExtension(path: Buffer): string {
  const name = path.toString('utf8').split('/').at(-1)!;
  return cleanText(name.replace(/\.[^.]{1,5}$/, '')) || 'Untitled';
}

function folderName(path: Buffer): string {
  return cleanText(path.toString('utf8').split('/').at(-2));
}
