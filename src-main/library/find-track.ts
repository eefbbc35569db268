import type { ReadableDb } from '../database/room.ts';

/** The track at an absolute path, or else the only one whose path ends like this; null where that is none or several. */
export function trackAtPath(db: ReadableDb, path: string): number | null {
  const whole = db
    .prepare(
      `SELECT t.id FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       WHERE f.path || CAST('/' AS BLOB) || t.path = CAST(? AS TEXT) LIMIT 1`,
    )
    .pluck()
    .get(path) as number | undefined;
  if (whole !== undefined) return whole;
  const ends = db
    .prepare(
      `SELECT t.id FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       WHERE substr('/' || CAST(f.path || '/' || t.path AS TEXT), -length(@end)) = @end LIMIT 2`,
    )
    .pluck()
    .all({ end: `/${path.replace(/^\/+/, '')}` }) as number[];
  return ends.length === 1 ? ends[0] : null;
}
