import type { ReadableDb, WritableDb } from '../database/room.ts';
import { playbackQueue, playbackState } from './contract.ts';
import type { PlaybackQueue, PlaybackState } from './contract.ts';

const SILENT: PlaybackState = {
  index: -1,
  positionSeconds: 0,
  volume: 1,
  muted: false,
  shuffle: false,
  repeat: 'off',
};

/** Tracks that went since are left out; the current one keeps its place if it is still there. */
export function readState(db: ReadableDb): PlaybackState & PlaybackQueue {
  const row = db.prepare('SELECT state, queue FROM playback_state').get() as
    { state: string; queue: string } | undefined;
  const state = playbackState.safeParse(row && JSON.parse(row.state)).data ?? SILENT;
  const saved = playbackQueue.safeParse(row && JSON.parse(row.queue)).data;
  const { queue: all, order } = saved ?? { queue: [], order: [] };
  const known = knownTracks(db, all);
  const isKnown = (id: number): boolean => known.has(id);
  const queue = all.filter(isKnown);
  const rest = { ...state, queue, order: order.filter(isKnown) };
  const before = all.slice(0, Math.max(0, state.index)).filter(isKnown);
  if (known.has(all[state.index])) return { ...rest, index: before.length };
  return { ...rest, index: queue.length > 0 ? 0 : -1, positionSeconds: 0 };
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

export function saveQueue(db: WritableDb, queue: PlaybackQueue): void {
  db.prepare(
    `INSERT INTO playback_state (only_row, state, queue) VALUES (1, ?, ?)
     ON CONFLICT (only_row) DO UPDATE SET queue = excluded.queue`,
  ).run(JSON.stringify(SILENT), JSON.stringify(queue));
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
