import type { TrackRow } from '../library/contract.ts';

export interface PlaylistEntry extends Pick<TrackRow, 'title' | 'artist' | 'durationSeconds'> {
  /** Absolute. */
  path: string;
}

/** An extended M3U playlist in UTF-8, as every player reads it; a line stays a line whatever tags hold. */
export function m3uOf(entries: readonly PlaylistEntry[]): string {
  const lines = entries.flatMap(({ title, artist, durationSeconds, path }) => {
    const seconds = durationSeconds === null ? -1 : Math.round(durationSeconds);
    const name = [artist, title].filter(Boolean).join(' - ');
    return [`#EXTINF:${seconds},${name.replace(/\s+/g, ' ')}`, path];
  });
  return `${['#EXTM3U', ...lines].join('\n')}\n`;
}
