import type { Transport } from '../transport/transport.ts';
import { plural } from '../ui/format.ts';

/**
 * Hands the tracks to the user as a playlist for other players.
 * @returns a sentence on what was saved
 */
export async function savePlaylist(
  transport: Transport,
  trackIds: number[],
  name: string,
): Promise<string> {
  const { text, count, leftOut } = await transport.call('playback.makePlaylist', { trackIds });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'audio/x-mpegurl' }));
  link.download = `${name.replace(/[^\p{L}\p{N} ._-]+/gu, '').trim() || 'playlist'}.m3u8`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  const rest = leftOut > 0 ? ` ${plural(leftOut, 'track')} could not be named in it.` : '';
  return `A playlist of ${plural(count, 'track')} was saved.${rest}`;
}
