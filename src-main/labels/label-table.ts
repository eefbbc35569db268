import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Label } from './contract.ts';

/** Sources whose labels are stored; those of tags and folders are read off the tracks. */
export type StoredSource = Exclude<Label['source'], 'tags' | 'folder'>;

/** Said by hand of what carries none of a set's labels, whatever files, tags and models say. */
export const NO_LABEL = '';

/** A label on its way into the database. */
export interface NewLabel {
  trackId: number;
  /** `NO_LABEL` where somebody said that it carries none. */
  value: string;
  /** 0 to 1 */
  confidence: number;
}

const OF_TRACK = `(recording_id = (SELECT recording_id FROM tracks WHERE id = @trackId) OR track_id = @trackId)`;

/** All tracks in play, or one of them. */
const WANTED = `t.status <> 'excluded' AND (@trackId IS NULL OR t.id = @trackId)`;

/** Of one track, or of all that are not excluded: `[track id, value, source, confidence]`, also those that share a recording. */
export function storedLabels(
  db: ReadableDb,
  setId: number,
  trackId: number | null,
): IterableIterator<[number, string, StoredSource, number]> {
  return db
    .prepare(
      `SELECT t.id, l.value, l.source, l.confidence FROM labels l
         JOIN tracks t ON t.recording_id = l.recording_id
       WHERE l.set_id = @setId AND ${WANTED}
       UNION ALL
       SELECT t.id, l.value, l.source, l.confidence FROM labels l JOIN tracks t ON t.id = l.track_id
       WHERE l.set_id = @setId AND ${WANTED}`,
    )
    .raw()
    .iterate({ setId, trackId }) as IterableIterator<[number, string, StoredSource, number]>;
}

/** Adds labels of a source, where the track has been heard to its recording. Unknown tracks are left out. */
export function insertLabels(
  db: WritableDb,
  setId: number,
  source: StoredSource,
  labels: Iterable<NewLabel>,
): void {
  const insert = db.prepare(
    `INSERT INTO labels (set_id, recording_id, track_id, value, source, confidence)
     SELECT @setId, recording_id, CASE WHEN recording_id IS NULL THEN id END, @value, @source, @confidence
     FROM tracks WHERE id = @trackId
     ON CONFLICT DO UPDATE SET confidence = excluded.confidence`,
  );
  for (const label of labels) insert.run({ ...label, setId, source });
}

/** What these tracks have from a source; one value of it, or all. */
export function deleteLabels(
  db: WritableDb,
  setId: number,
  source: StoredSource,
  trackIds: Iterable<number>,
  value: string | null,
): void {
  const remove = db.prepare(
    `DELETE FROM labels WHERE set_id = @setId AND source = @source AND ${OF_TRACK}
       AND (@value IS NULL OR value = @value)`,
  );
  for (const trackId of trackIds) remove.run({ setId, source, trackId, value });
}

export function deleteSource(db: WritableDb, setId: number, source: StoredSource): number {
  return db.prepare('DELETE FROM labels WHERE set_id = ? AND source = ?').run(setId, source)
    .changes;
}

export function renameStored(db: WritableDb, setId: number, from: string, to: string): void {
  db.prepare('UPDATE OR REPLACE labels SET value = ? WHERE set_id = ? AND value = ?').run(
    to,
    setId,
    from,
  );
}

/** What labels are made of. */
export interface TrackFacts {
  id: number;
  /** Bytes as the file system has them. */
  root: Buffer;
  path: Buffer;
  artist: string;
  title: string;
  album: string;
  albumArtist: string;
  /** JSON */
  artists: string;
  genres: string;
  year: number | null;
}

/** One track, or every one that is not excluded. */
export function trackFacts(db: ReadableDb, trackId: number | null = null): TrackFacts[] {
  return db
    .prepare(
      `SELECT t.id, f.path AS root, t.path, t.artist, t.title, t.album, t.album_artist AS albumArtist,
         t.artists, t.genres, t.year
       FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       WHERE ${WANTED} ORDER BY t.id`,
    )
    .all({ trackId }) as TrackFacts[];
}

export function countTracks(db: ReadableDb): number {
  return db
    .prepare(`SELECT count(*) FROM tracks WHERE status <> 'excluded'`)
    .pluck()
    .get() as number;
}

/** Tracks of which a recording is known. */
export function heardTracks(db: ReadableDb): { trackId: number; recordingId: number }[] {
  return db
    .prepare(
      `SELECT id AS trackId, recording_id AS recordingId FROM tracks
       WHERE recording_id IS NOT NULL AND status <> 'excluded' ORDER BY id`,
    )
    .all() as { trackId: number; recordingId: number }[];
}
