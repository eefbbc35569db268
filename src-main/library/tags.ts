import { createHash } from 'node:crypto';
import { selectCover } from 'music-metadata';
import type { IAudioMetadata } from 'music-metadata';
import { cleanList, cleanText, integerWithin, within } from './clean-tags.ts';
import { hasTags, readMetadata } from './read-metadata.ts';

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

const MAX_KEY_LENGTH = 20;

/**
 * Reads the tags of a file; what is missing is taken from its name and folder. Never throws: a file whose
 * tags cannot be read is a file without tags.
 */
export async function readTags(absolute: Buffer): Promise<Tags> {
  return describe(await readMetadata(absolute).catch(() => null), absolute);
}

/** What is known of a file without tags. */
export const tagsFromName = (absolute: Buffer): Tags => describe(null, absolute);

function describe(metadata: IAudioMetadata | null, path: Buffer): Tags {
  const repair = isRiffInfo(metadata) ? repairUtf8 : (text: string) => text;
  const text = (value: unknown): string =>
    typeof value === 'string' ? cleanText(repair(value)) : '';
  const list = (values: unknown[]): string[] => cleanList(values.map(text));
  const common = metadata?.common;
  const artists = list(common?.artists ?? [common?.artist]);
  const cover = coverOf(metadata);
  return {
    title: text(common?.title) || nameWithoutExtension(path),
    artists,
    artist: text(common?.artist) || artists.join(', '),
    album: text(common?.album) || (hasTags(metadata) ? '' : folderName(path)),
    albumArtist: text(common?.albumartist),
    genres: list((common?.genre ?? []).flatMap((genre) => genre.split(/[;\0]/))),
    year: integerWithin(common?.year, 1000, 2200),
    trackNumber: integerWithin(common?.track?.no, 1, 9999),
    discNumber: integerWithin(common?.disk?.no, 1, 999),
    durationSeconds: within(metadata?.format.duration, 0.001, 1e7),
    tempo: within(common?.bpm, 1, 999),
    key: text(common?.key).slice(0, MAX_KEY_LENGTH) || null,
    replayGainTrack: within(common?.replaygain_track_gain?.dB, -60, 60),
    replayGainAlbum: within(common?.replaygain_album_gain?.dB, -60, 60),
    artworkHash: cover ? createHash('sha256').update(cover).digest('hex').slice(0, 32) : null,
  };
}

/** The picture inside a file, whatever its type claims to be; null without one. */
export async function readPicture(absolute: Buffer): Promise<Uint8Array | null> {
  return coverOf(await readMetadata(absolute).catch(() => null));
}

function coverOf(metadata: IAudioMetadata | null): Uint8Array | null {
  const pictures = metadata?.common.picture?.filter(({ data }) => data?.length > 0);
  return (pictures && selectCover(pictures)?.data) ?? null;
}

/** The parser takes the texts of a WAV's INFO chunk for Latin-1; most programs write UTF-8. */
const isRiffInfo = (metadata: IAudioMetadata | null): boolean =>
  metadata?.format.tagTypes?.length === 1 && metadata.format.tagTypes[0] === 'exif';

function repairUtf8(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.toString('latin1') !== text) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

function nameWithoutExtension(path: Buffer): string {
  const name = path.toString('utf8').split('/').at(-1)!;
  return cleanText(name.replace(/\.[^.]{1,5}$/, '')) || 'Untitled';
}

function folderName(path: Buffer): string {
  return cleanText(path.toString('utf8').split('/').at(-2) ?? '');
}
