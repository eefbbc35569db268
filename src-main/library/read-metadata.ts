import { extname } from 'node:path';
import { parseBlob } from 'music-metadata';
import type { IAudioMetadata } from 'music-metadata';
import { BoundedFile } from './bounded-file.ts';

/** Enough for a large cover and the tables of a ten-hour book; what asks for more is broken or hostile. */
const LIMITS = { bytes: 48 * 1024 * 1024, ranges: 100_000 };
const SECONDS = 15;

/** What the parser is chosen by first; the content decides where that parser finds nothing. */
const TYPES: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.aac': 'audio/mpeg',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.m4b': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.alac': 'audio/mp4',
  '.wav': 'audio/wav',
  '.aif': 'audio/aiff',
  '.aiff': 'audio/aiff',
  '.aifc': 'audio/aiff',
  '.wma': 'audio/ms-wma',
  '.ape': 'audio/ape',
  '.wv': 'audio/wavpack',
  '.webm': 'audio/webm',
  '.mka': 'audio/matroska',
};

/**
 * Asks the tag parser what a file says of itself: reads ranges of it, never all of a large one, and gives
 * what was found until a limit of bytes, ranges or time was met. Null where nothing was found.
 * @throws what opening the file throws
 */
export async function readMetadata(path: Buffer): Promise<IAudioMetadata | null> {
  const type = TYPES[extname(path.toString('latin1')).toLowerCase()] ?? '';
  const byName = await readAs(path, type);
  if (type === '' || hasTags(byName)) return byName;
  const byContent = await readAs(path, '');
  return hasTags(byContent) ? byContent : byName;
}

/** Whether the file says what it is; a parser that was chosen wrongly finds some numbers at most. */
export const hasTags = (metadata: IAudioMetadata | null): boolean => {
  const { title, artist, album } = metadata?.common ?? {};
  return Boolean(title ?? artist ?? album);
};

async function readAs(path: Buffer, type: string): Promise<IAudioMetadata | null> {
  const file = await BoundedFile.open(path, type, LIMITS);
  let found: IAudioMetadata | null = null;
  let timer: NodeJS.Timeout | undefined;
  const parsing = parseBlob(file as unknown as Blob, {
    // The parser writes to its options, so each call gets its own.
    observer: ({ metadata }) => (found = metadata),
  });
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), SECONDS * 1000);
  });
  try {
    return (await Promise.race([parsing, limit])) ?? found;
  } catch {
    return found;
  } finally {
    clearTimeout(timer);
    await file.close(); // Ends a parser that is still at work: its next read fails.
    parsing.catch(() => {});
  }
}
