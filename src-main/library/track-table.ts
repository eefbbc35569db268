import type { ReadableDb, WritableDb } from '../database/room.ts';
import { prepared } from './prepared.ts';
import type { FileMark, FoundFile } from './walk.ts';
import type { Tags } from './tags.ts';

/** A file as it was when it was last seen. */
export interface KnownFile extends FileMark {
  id: number;
  folderId: number;
  path: Buffer;
  status: string;
  artworkHash: string | null;
}

const KNOWN = `SELECT id, folder_id AS folderId, path, size, modified_ms AS modifiedMs, status,
  artwork_hash AS artworkHash FROM tracks`;

/** In the order of ids. */
export function knownFiles(
  db: ReadableDb,
  folderId: number,
  afterId: number,
  limit: number,
): KnownFile[] {
  return db
    .prepare(`${KNOWN} WHERE folder_id = ? AND id > ? ORDER BY id LIMIT ?`)
    .all(folderId, afterId, limit) as KnownFile[];
}

export function missingElsewhere(db: ReadableDb, folderId: number): KnownFile[] {
  return db
    .prepare(`${KNOWN} WHERE status = 'missing' AND folder_id <> ?`)
    .all(folderId) as KnownFile[];
}

/** Tracks in other folders that were added since then. */
export function arrivalsSince(db: ReadableDb, folderId: number, since: string): KnownFile[] {
  return db
    .prepare(
      `${KNOWN} WHERE status NOT IN ('missing', 'excluded') AND folder_id <> ? AND added_at >= ?`,
    )
    .all(folderId, since) as KnownFile[];
}

/** A new file, or one whose content changed: it is analysed anew, and keeps its id. */
export function saveFile(
  db: WritableDb,
  folderId: number,
  file: FoundFile,
  tags: Tags,
  coverMark: string | null,
): void {
  prepared(
    db,
    `INSERT INTO tracks (folder_id, path, size, modified_ms, title, artists, artist, album, album_artist,
       genres, genre, year, track_number, disc_number, tagged_duration, tagged_tempo, tagged_key,
       replay_gain_track, replay_gain_album, artwork_hash, added_at)
     VALUES (@folderId, @path, @size, @modifiedMs, @title, @artists, @artist, @album, @albumArtist,
       @genres, @genre, @year, @trackNumber, @discNumber, @duration, @tempo, @key,
       @replayGainTrack, @replayGainAlbum, @artwork, @addedAt)
     ON CONFLICT (folder_id, path) DO UPDATE SET
       size = excluded.size, modified_ms = excluded.modified_ms, title = excluded.title,
       artists = excluded.artists, artist = excluded.artist, album = excluded.album,
       album_artist = excluded.album_artist, genres = excluded.genres, genre = excluded.genre,
       year = excluded.year, track_number = excluded.track_number, disc_number = excluded.disc_number,
       tagged_duration = excluded.tagged_duration, tagged_tempo = excluded.tagged_tempo,
       tagged_key = excluded.tagged_key, replay_gain_track = excluded.replay_gain_track,
       replay_gain_album = excluded.replay_gain_album, artwork_hash = excluded.artwork_hash,
       status = CASE status WHEN 'excluded' THEN 'excluded' ELSE 'waiting' END,
       recording_id = CASE status WHEN 'excluded' THEN NULL ELSE recording_id END,
       failure_code = NULL, failure_message = NULL, partial_reason = NULL, attempts = 0`,
  ).run({
    folderId,
    path: file.path,
    size: file.size,
    modifiedMs: file.modifiedMs,
    title: tags.title,
    artists: JSON.stringify(tags.artists),
    artist: tags.artist,
    album: tags.album,
    albumArtist: tags.albumArtist,
    genres: JSON.stringify(tags.genres),
    genre: tags.genres[0] ?? '',
    year: tags.year,
    trackNumber: tags.trackNumber,
    discNumber: tags.discNumber,
    duration: tags.durationSeconds,
    tempo: tags.tempo,
    key: tags.key,
    replayGainTrack: tags.replayGainTrack,
    replayGainAlbum: tags.replayGainAlbum,
    artwork: tags.artworkHash ?? coverMark,
    addedAt: new Date().toISOString(),
  });
}

/** What a track's status is once its file is there (again). */
const PRESENT_STATUS = `CASE
  WHEN failure_code IS NOT NULL THEN 'failed'
  WHEN recording_id IS NULL THEN 'waiting'
  WHEN partial_reason IS NOT NULL THEN 'partial'
  ELSE 'analysed' END`;

export function markFound(db: WritableDb, id: number): void {
  prepared(
    db,
    `UPDATE tracks SET status = ${PRESENT_STATUS} WHERE id = ? AND status = 'missing'`,
  ).run(id);
}

/** What waited had changed: its recording is of what the file was before, and is no longer its own. */
export function markMissing(db: WritableDb, id: number): void {
  prepared(
    db,
    `UPDATE tracks SET status = 'missing',
       recording_id = CASE status WHEN 'waiting' THEN NULL ELSE recording_id END
     WHERE id = ? AND status <> 'excluded'`,
  ).run(id);
}

/** The file is the same, elsewhere. */
export function moveTrack(
  db: WritableDb,
  id: number,
  folderId: number,
  { path, size, modifiedMs }: FileMark & { path: Buffer },
): void {
  prepared(
    db,
    `UPDATE tracks SET folder_id = ?, path = ?, size = ?, modified_ms = ?, status =
       CASE status WHEN 'missing' THEN ${PRESENT_STATUS} ELSE status END WHERE id = ?`,
  ).run(folderId, path, size, modifiedMs, id);
}

export function removeTrack(db: WritableDb, id: number): void {
  prepared(db, 'DELETE FROM tracks WHERE id = ?').run(id);
}

export function setArtwork(db: WritableDb, id: number, artwork: string | null): void {
  prepared(db, 'UPDATE tracks SET artwork_hash = ? WHERE id = ?').run(artwork, id);
}

/** Folder and path, as bytes, of a track whose file should be there. */
export function locationOf(
  db: ReadableDb,
  trackId: number,
): { root: Buffer; path: Buffer; status: string; state: string } | null {
  const row = db
    .prepare(
      `SELECT f.path AS root, t.path, t.status, f.state FROM tracks t
       JOIN library_folders f ON f.id = t.folder_id WHERE t.id = ?`,
    )
    .get(trackId) as { root: Buffer; path: Buffer; status: string; state: string } | undefined;
  return row ?? null;
}

/** A missing track with the same recording as a new one, which is that file under another name. */
export function missingTwin(db: ReadableDb, trackId: number, recordingId: number): number | null {
  const id = db
    .prepare(
      `SELECT id FROM tracks WHERE recording_id = ? AND status = 'missing' AND id <> ? ORDER BY id LIMIT 1`,
    )
    .pluck()
    .get(recordingId, trackId) as number | undefined;
  return id ?? null;
}

/** The older row takes over file and tags of the newer one, which goes. */
export function mergeInto(db: WritableDb, olderId: number, newerId: number): void {
  db.transaction(() => {
    const newer = db.prepare('SELECT * FROM tracks WHERE id = ?').get(newerId) as
      Record<string, unknown> | undefined;
    if (!newer) return;
    const kept = Object.keys(newer).filter((column) => column !== 'id' && column !== 'added_at');
    removeTrack(db, newerId);
    const assignments = kept.map((column) => `${column} = @${column}`).join(', ');
    db.prepare(`UPDATE tracks SET ${assignments} WHERE id = @olderId`).run({ ...newer, olderId });
  })();
}

export function removeMissing(db: WritableDb, ids: number[] | undefined): number {
  const which = ids ? 'AND id IN (SELECT value FROM json_each(?))' : '';
  const parameters = ids ? [JSON.stringify(ids)] : [];
  return db.prepare(`DELETE FROM tracks WHERE status = 'missing' ${which}`).run(...parameters)
    .changes;
}

export function setExcluded(db: WritableDb, ids: number[], excluded: boolean): void {
  const status = excluded ? `'excluded'` : PRESENT_STATUS;
  const from = excluded ? `AND status <> 'missing'` : `AND status = 'excluded'`;
  db.prepare(
    `UPDATE tracks SET status = ${status} WHERE id IN (SELECT value FROM json_each(?)) ${from}`,
  ).run(JSON.stringify(ids));
}

export function countTracks(db: ReadableDb): number {
  return db.prepare('SELECT count(*) FROM tracks').pluck().get() as number;
}

export function artworkHashOf(db: ReadableDb, trackId: number): string | null {
  const hash = db.prepare('SELECT artwork_hash FROM tracks WHERE id = ?').pluck().get(trackId);
  return (hash as string | null | undefined) ?? null;
}

/** Every track that was heard and is not excluded, to its recording. */
export function recordingsOfTracks(db: ReadableDb): Map<number, number> {
  const rows = db
    .prepare(
      `SELECT id, recording_id FROM tracks WHERE recording_id IS NOT NULL AND status <> 'excluded'`,
    )
    .raw()
    .all() as [number, number][];
  return new Map(rows);
}
