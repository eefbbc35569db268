import type { ReadableDb, WritableDb } from '../database/room.ts';
import { playbackState } from './contract.ts';
import type { PlaybackState } from './contract.ts';

const NOTHING: PlaybackState = {
  queue: [],
  index: -1,
  positionSeconds: 0,
  volume: 1,
  muted: false,
  shuffle: false,
  repeat: 'off',
};

/** Tracks that went since are left out; the current one keeps its place if it is still there. */
export function readState(db: ReadableDb): PlaybackState {
  const text = db.prepare('SELECT state FROM playback_state').pluck().get() as string | undefined;
  const parsed = playbackState.safeParse(text === undefined ? null : JSON.parse(text));
  if (!parsed.success) return NOTHING;
  const state = parsed.data;
  const known = knownTracks(db, state.queue);
  const queue = state.queue.filter((id) => known.has(id));
  const before = state.queue.slice(0, Math.max(0, state.index)).filter((id) => known.has(id));
  if (known.has(state.queue[state.index])) return { ...state, queue, index: before.length };
  return { ...state, queue, index: queue.length > 0 ? 0 : -1, positionSeconds: 0 };
}

function knownTracks(db: ReadableDb, ids: number[]): Set<number> {
  const known = db
    .prepare('SELECT id FROM tracks WHERE id IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(JSON.stringify(ids)) as number[];
  return new Set(known);
}

export function saveState(db: WritableDb, state: PlaybackState): void {
  db.prepare(
    `INSERT INTO playback_state (only_row, state) VALUES (1, ?)
     ON CONFLICT (only_row) DO UPDATE SET state = excluded.state`,
  ).run(JSON.stringify(state));
}

/** Pairs of Uint8 low, high around 128 over the whole track; null before its analysis. */
export function peaksOf(db: ReadableDb, trackId: number): Uint8Array | null {
  const peaks = db
    .prepare(
      'SELECT r.peaks FROM tracks t JOIN recordings r ON r.id = t.recording_id WHERE t.id = ?',
    )
    .pluck()
    .get(trackId) as Buffer | undefined;
  return peaks ?? null;
}
