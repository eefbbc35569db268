import type { TrackMatcher } from '../labels/room.ts';

/** What an M3U playlist names: tracks of the library in its order, and how many lines it does not know. */
export interface ReadPlaylist {
  trackIds: number[];
  unknownCount: number;
}

/** Paths may be whole, or end like those of the library; comments and streams of the web are passed over. */
export function readPlaylist(text: string, matcher: TrackMatcher): ReadPlaylist {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !/^https?:/i.test(line));
  const trackIds = lines.flatMap((line) => matcher.byPath(fromUrl(line)) ?? []);
  return { trackIds, unknownCount: lines.length - trackIds.length };
}

/** Some players write addresses instead of paths. */
function fromUrl(line: string): string {
  if (!/^file:\/\//i.test(line)) return line;
  try {
    return decodeURIComponent(line.replace(/^file:\/\/(localhost)?/i, ''));
  } catch {
    return line;
  }
}
