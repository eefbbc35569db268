import type { ReadableDb } from '../database/room.ts';
import type { ModelVersion } from '../embedding/room.ts';

/** A recording of the library and the first track that holds it. */
export interface KnownItem {
  recordingId: number;
  trackId: number;
  artist: string;
  album: string;
  durationSeconds: number;
}

const ITEM = `t.recording_id AS recordingId, min(t.id) AS trackId,
  coalesce(nullif(t.album_artist, ''), t.artist) AS artist, t.album, r.duration_seconds AS durationSeconds
  FROM tracks t JOIN recordings r ON r.id = t.recording_id`;

/** Recordings of tracks that are not excluded; with a model, those that it has heard. */
export function knownItems(db: ReadableDb, model: ModelVersion | null): KnownItem[] {
  const heard = `AND EXISTS (SELECT 1 FROM vectors v WHERE v.model = ? AND v.model_version = ?
    AND v.recording_id = t.recording_id)`;
  return db
    .prepare(
      `SELECT ${ITEM} WHERE t.status <> 'excluded' ${model ? heard : ''} GROUP BY t.recording_id
       ORDER BY t.recording_id`,
    )
    .all(...(model ? [model.model, model.version] : [])) as KnownItem[];
}
