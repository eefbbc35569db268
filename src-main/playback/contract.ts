import { z } from 'zod';
import { call, id, nothing, trackIds } from '../base/contract.ts';

/**
 * Bytes by id: `/audio/:trackId` (Range; converted where browsers don't play the format, then with `?start=<seconds>`),
 * `/artwork/:trackId`, `/peaks/:trackId` (Uint8 pairs low, high around 128, over the whole track).
 */
export const playbackState = z.object({
  index: z.number().int().min(-1),
  positionSeconds: z.number().min(0),
  volume: z.number().min(0).max(1),
  muted: z.boolean(),
  shuffle: z.boolean(),
  repeat: z.enum(['off', 'all', 'one']),
});
export type PlaybackState = z.output<typeof playbackState>;

export const playbackQueue = z.object({
  queue: trackIds,
  /** Before it was shuffled; empty while it is not. */
  order: trackIds,
});
export type PlaybackQueue = z.output<typeof playbackQueue>;

export interface Playlist {
  id: number;
  name: string;
  /** Tracks of it that are in the library. */
  count: number;
}

const playlistName = z.string().trim().min(1).max(100);

/** Lists of tracks that are kept; their names differ by more than case. */
export const playlistCalls = {
  'playback.listPlaylists': call<Playlist[]>()(nothing),
  /** Ids of its tracks in their order. */
  'playback.getPlaylist': call<number[]>()(z.object({ id })),
  /** Appends those that are not in it yet; a playlist of an unknown name is made. */
  'playback.addToPlaylist': call<{ added: number }>()(z.object({ name: playlistName, trackIds })),
  /** Puts tracks in the place of those that were in it. */
  'playback.setPlaylist': call<void>()(z.object({ id, trackIds })),
  'playback.renamePlaylist': call<void>()(z.object({ id, name: playlistName })),
  'playback.removePlaylist': call<void>()(z.object({ id })),
};

export const playbackCalls = {
  ...playlistCalls,
  /** As last saved; tracks that no longer exist are left out. */
  'playback.getState': call<PlaybackState & PlaybackQueue>()(nothing),
  'playback.saveState': call<void>()(playbackState),
  'playback.saveQueue': call<void>()(playbackQueue),
  /**
   * The true peak in dBTP, which says how far a quiet track may be turned up; null where all is silence. The
   * first time it takes the processor time of some three decodes.
   */
  'playback.getTruePeak': call<number | null>()(z.object({ trackId: id })),
  /**
   * The tracks as the text of an M3U8 playlist with absolute paths, in the order asked for. Files that are
   * not there and names that UTF-8 or a line cannot hold are left out.
   */
  'playback.makePlaylist': call<{ text: string; count: number; leftOut: number }>()(
    z.object({ trackIds: trackIds.min(1) }),
  ),
  /** Says that sound is playing, so that analysis can step back. */
  'playback.setPlaying': call<void>()(z.object({ playing: z.boolean() })),
};

export interface PlaybackEvents {
  'playback.playlistsChanged': Record<never, never>;
}
