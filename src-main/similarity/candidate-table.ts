import type { ReadableDb } from '../database/room.ts';

/** What the caps and the folding of duplicates need to know of a recording: one of its tracks. */
export interface Candidate {
  recordingId: number;
  trackId: number;
  title: string;
  artist: string;
  album: string;
}

export function recordingIdsOf(db: ReadableDb, trackIds: readonly number[]): number[] {
  return db
    .prepare(
      `SELECT DISTINCT recording_id FROM tracks
       WHERE recording_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(trackIds)) as number[];
}

/**
 * One track per recording, in the order of the ids given: a file that is there before one that is
 * missing, the oldest before later copies. Recordings that only excluded tracks hold are left out.
 */
export function candidatesOf(db: ReadableDb, recordingIds: readonly number[]): Candidate[] {
  const rows = db
    .prepare(
      `SELECT recording_id AS recordingId, id AS trackId, title, artist, album FROM tracks
       WHERE status <> 'excluded' AND recording_id IN (SELECT value FROM json_each(?))
       ORDER BY status = 'missing', id`,
    )
    .all(JSON.stringify(recordingIds)) as Candidate[];
  const byRecording = new Map<number, Candidate>();
  for (const row of rows) {
    if (!byRecording.has(row.recordingId)) byRecording.set(row.recordingId, row);
  }
  return recordingIds.flatMap((recordingId) => byRecording.get(recordingId) ?? []);
}
