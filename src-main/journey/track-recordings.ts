import type { ReadableDb } from '../database/room.ts';

/** Tracks that hold these recordings: recording id and track id. */
export function tracksHolding(db: ReadableDb, recordingIds: readonly number[]): [number, number][] {
  return db
    .prepare(
      `SELECT recording_id, id FROM tracks
       WHERE status <> 'excluded' AND recording_id IN (SELECT value FROM json_each(?))`,
    )
    .raw()
    .all(JSON.stringify(recordingIds)) as [number, number][];
}
