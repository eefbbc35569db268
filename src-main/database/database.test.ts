import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { toPlainError } from '../base/errors.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './room.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-database-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A library as the program of that version left it, with one folder. */
function libraryOf(version: number): string {
  const path = join(folder, `version-${version}.db`);
  const db = new Database(path);
  for (const sql of migrations.slice(0, version)) db.exec(sql);
  db.pragma(`user_version = ${version}`);
  db.exec(`INSERT INTO library_folders (path, added_at) VALUES (CAST('/music' AS BLOB), '2026')`);
  db.close();
  return path;
}

const schemaOf = (db: Pick<Database.Database, 'prepare'>): unknown[] =>
  db.prepare('SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name').all();

test('every older library becomes what a new one is, and is kept as it was beside it', () => {
  const fresh = openDatabase(':memory:');
  for (let version = 1; version < migrations.length; version++) {
    const path = libraryOf(version);
    const db = openDatabase(path);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(db.prepare('SELECT count(*) FROM library_folders').pluck().get()).toBe(1);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
    const backup = new Database(`${path}.before-${version}.backup`, { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(version);
    backup.close();
  }
  fresh.close();
});

test('a library of a later program is refused and left alone', () => {
  const path = join(folder, 'later.db');
  const db = new Database(path);
  db.pragma('user_version = 999');
  db.close();
  expect(() => openDatabase(path)).toThrow('made by a newer Earshot');
  const again = new Database(path);
  expect(again.pragma('user_version', { simple: true })).toBe(999);
  again.close();
});

test('what is no database is refused, and nothing is written beside it', () => {
  const path = join(folder, 'broken.db');
  writeFileSync(path, 'no database '.repeat(500));
  expect(() => openDatabase(path)).toThrow('is not a library database');
  expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual(['broken.db']);
});

test('a library on a disk that takes no writing is said in a sentence', () => {
  const path = join(folder, 'locked.db');
  openDatabase(path).close();
  const db = new Database(path, { readonly: true });
  const write = (): unknown => {
    try {
      return db.exec('DELETE FROM tracks');
    } catch (thrown) {
      return thrown;
    }
  };
  expect(toPlainError(write())).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('may not be written to'),
  });
  db.close();
});
