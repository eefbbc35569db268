import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { FolderState, LibraryFolder } from './contract.ts';
import { joinPath, pathInside } from './paths.ts';

export interface StoredFolder {
  id: number;
  path: Buffer;
  state: FolderState;
  lastScannedAt: string | null;
}

const STORED = 'SELECT id, path, state, last_scanned_at AS lastScannedAt FROM library_folders';

export function storedFolders(db: ReadableDb): StoredFolder[] {
  return db.prepare(`${STORED} ORDER BY id`).all() as StoredFolder[];
}

export function folderById(db: ReadableDb, id: number): StoredFolder | null {
  const row = db.prepare(`${STORED} WHERE id = ?`).get(id);
  return (row as StoredFolder | undefined) ?? null;
}

/** With how many tracks each holds, for showing. */
export function listFolders(db: ReadableDb): LibraryFolder[] {
  const rows = db
    .prepare(
      `SELECT id, path, state, unreadable, last_scanned_at AS lastScannedAt,
         (SELECT count(*) FROM tracks WHERE folder_id = library_folders.id) AS trackCount
       FROM library_folders ORDER BY id`,
    )
    .all() as (Omit<LibraryFolder, 'path' | 'unreadable'> & { path: Buffer; unreadable: string })[];
  return rows.map((row) => ({
    ...row,
    path: row.path.toString('utf8'),
    unreadable: JSON.parse(row.unreadable) as string[],
  }));
}

export function insertFolder(db: WritableDb, path: Buffer): number {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO library_folders (path, added_at) VALUES (?, ?)')
    .run(path, new Date().toISOString());
  return Number(lastInsertRowid);
}

/** Recordings without a track stay for a while: a folder that is added again finds its vectors. */
export function deleteFolder(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM library_folders WHERE id = ?').run(id);
}

export function setFolderState(db: WritableDb, id: number, state: FolderState): void {
  const sql = `UPDATE library_folders SET state = ?, unreadable = '[]' WHERE id = ?`; // Nothing is known of what is inside.
  db.prepare(sql).run(state, id);
}

export function finishScan(db: WritableDb, id: number, unreadable: string[]): void {
  db.prepare(
    `UPDATE library_folders SET state = 'present', unreadable = ?, last_scanned_at = ? WHERE id = ?`,
  ).run(JSON.stringify(unreadable.slice(0, 100)), new Date().toISOString(), id);
}

/** The tracks of a folder inside a new one become the new one's, so that nothing is twice. */
export function absorbFolder(
  db: WritableDb,
  outerId: number,
  inner: StoredFolder,
  outer: Buffer,
): void {
  const prefix = pathInside(inner.path, outer)!;
  const rows = db.prepare('SELECT id, path FROM tracks WHERE folder_id = ?').all(inner.id) as {
    id: number;
    path: Buffer;
  }[];
  const move = db.prepare('UPDATE tracks SET folder_id = ?, path = ? WHERE id = ?');
  for (const { id, path } of rows) move.run(outerId, joinPath(prefix, path), id);
  deleteFolder(db, inner.id);
}
