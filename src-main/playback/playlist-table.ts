import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Playlist } from './contract.ts';

/** Tracks of the list that are still in the library, in its order. */
const KNOWN = `json_each(p.track_ids) e JOIN tracks t ON t.id = e.value`;

/** By name. */
export function listPlaylists(db: ReadableDb): Playlist[] {
  return db
    .prepare(
      `SELECT p.id, p.name, (SELECT count(*) FROM ${KNOWN}) AS count FROM playlists p
       ORDER BY p.name COLLATE NOCASE`,
    )
    .all() as Playlist[];
}

/** Null where there is no such playlist. */
export function playlistTracks(db: ReadableDb, id: number): number[] | null {
  if (!db.prepare('SELECT 1 FROM playlists WHERE id = ?').get(id)) return null;
  return db
    .prepare(`SELECT t.id FROM playlists p, ${KNOWN} WHERE p.id = ? ORDER BY e.key`)
    .pluck()
    .all(id) as number[];
}

/** Of the playlist of that name, in whatever case; null where there is none. */
export function playlistNamed(db: ReadableDb, name: string): number | null {
  const id = db.prepare('SELECT id FROM playlists WHERE name = ?').pluck().get(name);
  return (id as number | undefined) ?? null;
}

/** @returns its id */
export function insertPlaylist(db: WritableDb, name: string): number {
  const { lastInsertRowid } = db
    .prepare(`INSERT INTO playlists (name, track_ids) VALUES (?, '[]')`)
    .run(name);
  return Number(lastInsertRowid);
}

export function writePlaylist(db: WritableDb, id: number, trackIds: number[]): void {
  db.prepare('UPDATE playlists SET track_ids = ? WHERE id = ?').run(JSON.stringify(trackIds), id);
}

export function renamePlaylist(db: WritableDb, id: number, name: string): void {
  db.prepare('UPDATE playlists SET name = ? WHERE id = ?').run(name, id);
}

export function deletePlaylist(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM playlists WHERE id = ?').run(id);
}
