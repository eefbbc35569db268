import type { ReadableDb, WritableDb } from '../database/room.ts';

/** dBTP of what a track plays; null where it was never measured. */
export function storedTruePeak(db: ReadableDb, trackId: number): number | null {
  const dbtp = db
    .prepare(
      `SELECT p.dbtp FROM tracks t JOIN true_peaks p ON p.recording_id = t.recording_id
       WHERE t.id = ?`,
    )
    .pluck()
    .get(trackId) as number | undefined;
  return dbtp ?? null;
}

/** Kept for every file that holds the same sound; of a track that was not analysed yet nothing is kept. */
export function saveTruePeak(db: WritableDb, trackId: number, dbtp: number): void {
  db.prepare(
    `INSERT INTO true_peaks (recording_id, dbtp)
     SELECT recording_id, ? FROM tracks WHERE id = ? AND recording_id IS NOT NULL
     ON CONFLICT DO UPDATE SET dbtp = excluded.dbtp`,
  ).run(dbtp, trackId);
}
