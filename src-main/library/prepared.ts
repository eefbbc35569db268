import type { ReadableDb } from '../database/room.ts';

const prepare = (db: ReadableDb, sql: string) => db.prepare<unknown[]>(sql);
type Statement = ReturnType<typeof prepare>;

const statements = new WeakMap<ReadableDb, Map<string, Statement>>();

/**
 * A statement that is compiled once for a database, which takes as long as running it. For the few texts
 * that are run for every file of a scan; each is kept as long as the database is open.
 */
export function prepared(db: ReadableDb, sql: string): Statement {
  const own = statements.get(db) ?? new Map<string, Statement>();
  statements.set(db, own);
  const statement = own.get(sql) ?? prepare(db, sql);
  own.set(sql, statement);
  return statement;
}
