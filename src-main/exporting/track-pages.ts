import type { ReadableDb } from '../database/room.ts';

/** A track as it is exported; the keys are the columns. */
export interface ExportedTrack {
  id: number;
  path: string;
  title: string;
  artist: string;
  album: string;
  genre: string;
  year: number | null;
  status: string;
  duration_seconds: number | null;
  tempo: number | null;
  key: string | null;
  loudness_lufs: number | null;
}

export const TRACK_COLUMNS = [
  'id',
  'path',
  'title',
  'artist',
  'album',
  'genre',
  'year',
  'status',
  'duration_seconds',
  'tempo',
  'key',
  'loudness_lufs',
] as const satisfies (keyof ExportedTrack)[];

/** Statements are not left open between pages: an open one would keep the analysis from storing. */
const PAGE = 500;

/** Tracks that are not excluded, in order of id. */
export function* trackPages(db: ReadableDb): Generator<ExportedTrack[]> {
  const ids = db
    .prepare(`SELECT id FROM tracks WHERE status <> 'excluded' ORDER BY id`)
    .pluck()
    .all() as number[];
  for (const page of pagesOf(ids)) yield tracksOf(db, page);
}

/** Tracks of which a vector is stored, in order of id, and the recording that it is of. */
export interface HeardIds {
  trackIds: number[];
  recordingIds: number[];
}

export function heardIds(db: ReadableDb, model: string, version: string): HeardIds {
  const rows = db
    .prepare(
      `SELECT t.id, t.recording_id FROM tracks t
       JOIN vectors v ON v.recording_id = t.recording_id AND v.model = ? AND v.model_version = ?
       WHERE t.status <> 'excluded' ORDER BY t.id`,
    )
    .raw()
    .all(model, version) as [number, number][];
  return { trackIds: rows.map(([id]) => id), recordingIds: rows.map(([, id]) => id) };
}

export function tracksOf(db: ReadableDb, ids: number[]): ExportedTrack[] {
  return db
    .prepare(
      `SELECT t.id, CAST(f.path || '/' || t.path AS TEXT) AS path, t.title, t.artist, t.album,
         t.genre, t.year, t.status, coalesce(r.duration_seconds, t.tagged_duration) AS duration_seconds,
         r.tempo, r.musical_key AS key, r.integrated_loudness AS loudness_lufs
       FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       LEFT JOIN recordings r ON r.id = t.recording_id
       WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id`,
    )
    .all(JSON.stringify(ids)) as ExportedTrack[];
}

export function* pagesOf<Item>(items: Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += PAGE) yield items.slice(start, start + PAGE);
}
