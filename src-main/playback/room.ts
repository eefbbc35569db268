import { transcode } from '../audio/room.ts';
import type { FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import type { WritableDb } from '../database/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { playbackState } from './contract.ts';
import type { playbackCalls, PlaybackState } from './contract.ts';
import { fileResponse } from './file-response.ts';

export interface PlaybackDeps {
  db: WritableDb;
  library: { filePathOf(trackId: number): Buffer | null; trackRows(ids: number[]): TrackRow[] };
  ffmpeg(): Promise<FfmpegSearch>;
  onPlaying(playing: boolean): void;
}

/** A track's id → bytes that a browser plays; the queue across restarts. */
export interface Playback {
  calls: Handlers<typeof playbackCalls>;
  /** @throws AppError where there is no file, or none that can be converted */
  audio(trackId: number, request: Request): Promise<Response>;
  peaks(trackId: number): Uint8Array | null;
}

const NOTHING: PlaybackState = {
  queue: [],
  index: -1,
  positionSeconds: 0,
  volume: 1,
  muted: false,
  shuffle: false,
  repeat: 'off',
};

export function createPlayback({ db, library, ffmpeg, onPlaying }: PlaybackDeps): Playback {
  return {
    audio: async (trackId, request) => {
      const path = library.filePathOf(trackId);
      const [row] = library.trackRows([trackId]);
      if (!path || !row) throw new AppError('file-missing', 'The file is not there at the moment.');
      if (!row.isTranscoded) return fileResponse(path, request);
      const found = await ffmpeg();
      if (!found.ffmpeg)
        throw new AppError('ffmpeg-missing', found.message ?? 'ffmpeg is missing.');
      const startSeconds = Number(new URL(request.url).searchParams.get('start')) || 0;
      const options = { startSeconds: Math.max(0, startSeconds), signal: request.signal };
      const body = request.method === 'HEAD' ? null : transcode(found.ffmpeg, path, options);
      const headers = { 'content-type': 'audio/flac', 'accept-ranges': 'none' };
      return new Response(body as BodyInit | null, { headers });
    },
    peaks: (trackId) => {
      const peaks = db
        .prepare(
          'SELECT r.peaks FROM tracks t JOIN recordings r ON r.id = t.recording_id WHERE t.id = ?',
        )
        .pluck()
        .get(trackId);
      return (peaks as Buffer | undefined) ?? null;
    },
    calls: {
      'playback.getState': () => readState(db),
      'playback.saveState': (state) => saveState(db, state),
      'playback.setPlaying': ({ playing }) => onPlaying(playing),
    },
  };
}

/** Tracks that went since are left out; the current one keeps its place if it is still there. */
function readState(db: WritableDb): PlaybackState {
  const text = db.prepare('SELECT state FROM playback_state').pluck().get() as string | undefined;
  const parsed = playbackState.safeParse(text === undefined ? null : JSON.parse(text));
  if (!parsed.success) return NOTHING;
  const state = parsed.data;
  const known = new Set(
    db
      .prepare('SELECT id FROM tracks WHERE id IN (SELECT value FROM json_each(?))')
      .pluck()
      .all(JSON.stringify(state.queue)) as number[],
  );
  const queue = state.queue.filter((id) => known.has(id));
  const isCurrentThere = known.has(state.queue[state.index]);
  const before = state.queue.slice(0, state.index).filter((id) => known.has(id)).length;
  if (isCurrentThere) return { ...state, queue, index: before };
  return { ...state, queue, index: queue.length > 0 ? 0 : -1, positionSeconds: 0 };
}

function saveState(db: WritableDb, state: PlaybackState): void {
  db.prepare(
    `INSERT INTO playback_state (only_row, state) VALUES (1, ?)
     ON CONFLICT (only_row) DO UPDATE SET state = excluded.state`,
  ).run(JSON.stringify(state));
}
