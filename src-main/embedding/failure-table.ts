import type { PlainError } from '../base/errors.ts';
import type { WritableDb } from '../database/room.ts';
import type { ModelVersion } from './vector-table.ts';

/** The sound of a recording is fine, but this model could not take it; it is not tried again by this version. */
export function saveFailure(
  db: WritableDb,
  { model, version }: ModelVersion,
  recordingId: number,
  { code, message }: PlainError,
): void {
  db.prepare(
    `INSERT OR REPLACE INTO embedding_failures (recording_id, model, model_version, code, message)
     VALUES (?, ?, ?, ?, ?)`,
  ).run(recordingId, model, version, code, message);
}

/** Another run tries these again. */
export function forgetFailures(db: WritableDb, model: string): void {
  db.prepare('DELETE FROM embedding_failures WHERE model = ?').run(model);
}
