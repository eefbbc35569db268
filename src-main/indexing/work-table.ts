import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type { FailedTrack } from './contract.ts';

export interface WaitingTrack {
  id: number;
  title: string;
  root: Buffer;
  attempts: number;
}

/** Folders take turns, so that a small one added late does not wait for a large one. */
export function waitingTracks(db: ReadableDb, limit: number, except: number[]): WaitingTrack[] {
  return db
    .prepare(
      `SELECT t.id, t.title, f.path AS root, t.attempts FROM tracks t
       JOIN library_folders f ON f.id = t.folder_id
       WHERE t.status = 'waiting' AND f.state = 'present'
         AND t.id NOT IN (SELECT value FROM json_each(?))
       ORDER BY t.attempts, row_number() OVER (PARTITION BY t.folder_id ORDER BY t.id), t.folder_id
       LIMIT ?`,
    )
    .all(JSON.stringify(except), limit) as WaitingTrack[];
}

export interface Counts {
  waiting: number;
  done: number;
  failed: number;
}

export function countWork(db: ReadableDb): Counts {
  return db
    .prepare(
      `SELECT coalesce(sum(t.status = 'waiting' AND f.state = 'present'), 0) AS waiting,
         coalesce(sum(t.status IN ('analysed', 'partial')), 0) AS done,
         coalesce(sum(t.status = 'failed'), 0) AS failed
       FROM tracks t JOIN library_folders f ON f.id = t.folder_id`,
    )
    .get() as Counts;
}

/** Seconds of music that still wait, as far as the tags say; unknown lengths count as the mean. */
export function waitingSeconds(db: ReadableDb): number {
  const { count, known, seconds } = db
    .prepare(
      `SELECT count(*) AS count, count(tagged_duration) AS known,
         coalesce(sum(tagged_duration), 0) AS seconds FROM tracks WHERE status = 'waiting'`,
    )
    .get() as { count: number; known: number; seconds: number };
  return known > 0 ? (seconds / known) * count : count * 200;
}

/** What was heard by another version of the values must be heard again. */
export function requeueOutdated(db: WritableDb, { model, version }: ModelVersion): void {
  db.prepare(
    `UPDATE tracks SET status = 'waiting' WHERE status IN ('analysed', 'partial') AND NOT EXISTS (
       SELECT 1 FROM vectors v WHERE v.model = ? AND v.model_version = ?
         AND v.recording_id = tracks.recording_id)`,
  ).run(model, version);
}

export function countAttempt(db: WritableDb, id: number): void {
  db.prepare('UPDATE tracks SET attempts = attempts + 1 WHERE id = ?').run(id);
}

export function markFailed(db: WritableDb, id: number, code: ErrorCode, message: string): void {
  db.prepare(
    `UPDATE tracks SET status = 'failed', failure_code = ?, failure_message = ?
     WHERE id = ? AND status = 'waiting'`,
  ).run(code, message, id);
}

export function markGone(db: WritableDb, id: number): void {
  db.prepare(`UPDATE tracks SET status = 'missing' WHERE id = ? AND status = 'waiting'`).run(id);
}

export function retryFailed(db: WritableDb): number {
  return db
    .prepare(
      `UPDATE tracks SET status = 'waiting', attempts = 0, failure_code = NULL, failure_message = NULL
       WHERE status = 'failed'`,
    )
    .run().changes;
}

export function listFailures(
  db: ReadableDb,
  { offset, limit }: { offset: number; limit: number },
): { total: number; failures: FailedTrack[] } {
  const total = db
    .prepare(`SELECT count(*) FROM tracks WHERE status = 'failed'`)
    .pluck()
    .get() as number;
  const rows = db
    .prepare(
      `SELECT t.id AS trackId, t.title, f.path AS root, t.path AS relative, t.failure_code AS code,
         t.failure_message AS message
       FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       WHERE t.status = 'failed' ORDER BY t.id LIMIT ? OFFSET ?`,
    )
    .all(limit, offset) as (Omit<FailedTrack, 'path'> & { root: Buffer; relative: Buffer })[];
  const failures = rows.map(({ root, relative, ...rest }) => ({
    ...rest,
    path: `${root.toString('utf8')}/${relative.toString('utf8')}`,
  }));
  return { total, failures };
}
