import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../base/errors.ts';
import { migrations } from './migrations/index.ts';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** A handle that may only read; every `WritableDb` is one too. */
export type ReadableDb = Pick<Database.Database, 'prepare'> & { readonly [readable]: true };
/** A handle that may write. */
export type WritableDb = Database.Database & {
  readonly [readable]: true;
  readonly [writable]: true;
};

/**
 * Opens (and creates or migrates) the database; `:memory:` gives one for tests.
 * Before a migration the file is copied to `<name>.before-<version>.backup`.
 * @throws AppError `database-newer` where a later Earshot wrote it, `database-corrupt` where SQLite can't read it.
 */
export function openDatabase(path: string): WritableDb {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = openFile(path);
  try {
    applyPragmas(db);
    migrate(db, path);
  } catch (thrown) {
    db.close();
    throw asAppError(thrown, path);
  }
  return db as WritableDb;
}

/** A second handle on a library that is already open elsewhere; used by worker processes. */
export function openForReading(path: string): ReadableDb & { close(): void } {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  db.pragma('trusted_schema = OFF');
  db.pragma('busy_timeout = 10000');
  return db as unknown as ReadableDb & { close(): void };
}

/** Differs whenever this or another connection has written. */
export function changeStamp(db: ReadableDb): string {
  const row = db
    .prepare('SELECT total_changes() AS own, data_version AS others FROM pragma_data_version')
    .get() as { own: number; others: number };
  return `${row.own}:${row.others}`;
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path);
  } catch (thrown) {
    throw asAppError(thrown, path);
  }
}

function applyPragmas(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // WAL with NORMAL can lose the last commits at power loss, never consistency; a lost vector is made again.
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('busy_timeout = 10000');
  db.pragma('cache_size = -32768');
}

function migrate(db: Database.Database, path: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new AppError(
      'database-newer',
      `The library at ${path} was made by a newer Earshot (version ${version} of its database, this one knows ${migrations.length}). Please update Earshot; nothing was changed.`,
    );
  }
  if (version === migrations.length) return;
  if (version > 0 && path !== ':memory:') backUp(db, path, version);
  db.transaction(() => {
    for (const sql of migrations.slice(version)) db.exec(sql);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function backUp(db: Database.Database, path: string, version: number): void {
  const backup = `${path}.before-${version}.backup`;
  const unfinished = join(dirname(path), `.${version}.backup.part`);
  if (existsSync(backup)) return;
  rmSync(unfinished, { force: true });
  db.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, backup);
}

function asAppError(thrown: unknown, path: string): unknown {
  const code = (thrown as { code?: string }).code;
  if (code !== 'SQLITE_NOTADB' && code !== 'SQLITE_CORRUPT') return thrown;
  return new AppError(
    'database-corrupt',
    `The file ${path} is not a library database, or it is damaged. Move it away to start a new library; a backup may lie beside it.`,
    { cause: thrown },
  );
}
