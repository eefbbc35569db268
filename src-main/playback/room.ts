import { isUtf8 } from 'node:buffer';
import { measureTruePeak, transcode } from '../audio/room.ts';
import type { Ffmpeg, FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { WritableDb } from '../database/room.ts';
import type { TrackRow } from '../library/contract.ts';
import type { playbackCalls, PlaybackEvents } from './contract.ts';
import { fileResponse } from './file-response.ts';
import { m3uOf } from './m3u.ts';
import { createPlaylists } from './playlists.ts';
import { peaksOf, readState, saveQueue, saveState } from './state-table.ts';
import { saveTruePeak, storedTruePeak } from './true-peak-table.ts';

type PlaylistRow = Pick<TrackRow, 'id' | 'title' | 'artist' | 'durationSeconds' | 'isTranscoded'>;

export interface PlaybackDeps {
  db: WritableDb;
  library: {
    filePathOf(trackId: number): Buffer | null;
    trackRows(ids: number[]): PlaylistRow[];
  };
  ffmpeg(): Promise<FfmpegSearch>;
  onPlaying(playing: boolean): void;
}

/** A track's id → bytes that a browser plays; playlists, and the queue across restarts. */
export interface Playback {
  events: Emitter<PlaybackEvents>;
  calls: Handlers<typeof playbackCalls>;
  /** @throws AppError where there is no file, or none that can be converted */
  audio(trackId: number, request: Request): Promise<Response>;
  peaks(trackId: number): Uint8Array | null;
  /** Ends what is being measured. */
  close(): void;
}

export function createPlayback({ db, library, ffmpeg, onPlaying }: PlaybackDeps): Playback {
  const events = new Emitter<PlaybackEvents>();
  const ending = new AbortController();

  function fileOf(trackId: number): Buffer {
    const path = library.filePathOf(trackId);
    if (!path) throw new AppError('file-missing', 'The file is not there at the moment.');
    return path;
  }

  async function foundFfmpeg(): Promise<Ffmpeg> {
    const { ffmpeg: found, message } = await ffmpeg();
    if (!found) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
    return found;
  }

  async function truePeakOf(trackId: number): Promise<number | null> {
    const stored = storedTruePeak(db, trackId);
    if (stored !== null) return stored;
    const dbtp = await measureTruePeak(await foundFfmpeg(), fileOf(trackId), ending);
    if (!Number.isFinite(dbtp)) return null; // Silence.
    saveTruePeak(db, trackId, dbtp);
    return dbtp;
  }

  function makePlaylist(trackIds: number[]): { text: string; count: number; leftOut: number } {
    const entries = library.trackRows(trackIds).flatMap((row) => {
      const path = library.filePathOf(row.id);
      const isWritable = path !== null && isUtf8(path) && !path.includes('\n');
      return isWritable ? [{ ...row, path: path.toString() }] : [];
    });
    const count = entries.length;
    return { text: m3uOf(entries), count, leftOut: trackIds.length - count };
  }

  /** What browsers don't play, as FLAC while it is made: no Range, but a second to start at. */
  async function converted(path: Buffer, request: Request): Promise<Response> {
    const found = await foundFfmpeg();
    const asked = Number(new URL(request.url).searchParams.get('start'));
    const startSeconds = Number.isFinite(asked) ? Math.max(0, asked) : 0;
    const options = { startSeconds, signal: request.signal };
    const body = request.method === 'HEAD' ? null : transcode(found, path, options);
    return new Response(body as BodyInit | null, {
      headers: {
        'content-type': 'audio/flac',
        'accept-ranges': 'none',
        'cache-control': 'no-store',
      },
    });
  }

  return {
    events,
    audio: async (trackId, request) => {
      const path = fileOf(trackId);
      const [row] = library.trackRows([trackId]);
      return row?.isTranscoded ? converted(path, request) : fileResponse(path, request);
    },
    peaks: (trackId) => peaksOf(db, trackId),
    close: () => ending.abort(),
    calls: {
      ...createPlaylists(db, () => events.emit('playback.playlistsChanged', {})),
      'playback.getState': () => readState(db),
      'playback.saveState': (state) => saveState(db, state),
      'playback.saveQueue': (queue) => saveQueue(db, queue),
      'playback.getTruePeak': ({ trackId }) => truePeakOf(trackId),
      'playback.makePlaylist': ({ trackIds }) => makePlaylist(trackIds),
      'playback.setPlaying': ({ playing }) => onPlaying(playing),
    },
  };
}
