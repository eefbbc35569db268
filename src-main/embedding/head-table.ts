import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { ModelVersion } from './vector-table.ts';

/** A class of a model's label head. */
export interface HeadScore {
  label: string;
  /** Mean over the segments, 0 to 1. */
  probability: number;
}

export function saveHeadScores(
  db: WritableDb,
  { model, version }: ModelVersion,
  recordingId: number,
  scores: HeadScore[],
): void {
  db.prepare(
    'DELETE FROM head_scores WHERE model = ? AND model_version = ? AND recording_id = ?',
  ).run(model, version, recordingId);
  const insert = db.prepare(
    `INSERT OR IGNORE INTO head_scores (recording_id, model, model_version, label, probability)
     VALUES (?, ?, ?, ?, ?)`,
  );
  for (const { label, probability } of scores) {
    insert.run(recordingId, model, version, label, probability);
  }
}

/** The most probable first; at most ten are kept. */
export function headScoresOf(
  db: ReadableDb,
  { model, version }: ModelVersion,
  recordingId: number,
): HeadScore[] {
  return db
    .prepare(
      `SELECT label, probability FROM head_scores
       WHERE model = ? AND model_version = ? AND recording_id = ? ORDER BY probability DESC, label`,
    )
    .all(model, version, recordingId) as HeadScore[];
}
