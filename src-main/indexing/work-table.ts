import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { ErrorCode } from '../base/errors.ts';
import { MISSES_A_MODEL, missingParameter } from '../embedding/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type { FailedTrack } from './contract.ts';

export interface WaitingTrack {
  id: number;
  /** What was heard of it before, or null. */
  recordingId: number | null;
  /** It was heard, and only models miss it. */
  isHeard: boolean;
  folderId: number;
  /** Path of the library folder, as bytes. */
  root: Buffer;
  title: string;
  /** As the tags say. */
  seconds: number | null;
  /** Processes that ended while they had this file. */
  attempts: number;
  /** The file as the library knows it; what is heard of another state of it is not stored. */
  size: number;
  modifiedMs: number;
}

/** Ids of folders that are there and hold something that waits. */
export function foldersWithWork(db: ReadableDb): number[] {
  return db
    .prepare(
      `SELECT id FROM library_folders f WHERE state = 'present'
         AND EXISTS (SELECT 1 FROM tracks WHERE status = 'waiting' AND folder_id = f.id)
       ORDER BY id`,
    )
    .pluck()
    .all() as number[];
}

export function waitingTracks(
  db: ReadableDb,
  folderId: number,
  afterId: number,
  limit: number,
): WaitingTrack[] {
  const rows = db
    .prepare(
      `${SELECT_TRACKS} WHERE t.status = 'waiting' AND t.folder_id = ? AND t.id > ? ORDER BY t.id LIMIT ?`,
    )
    .all(folderId, afterId, limit) as Omit<WaitingTrack, 'isHeard'>[];
  return rows.map((row) => ({ ...row, isHeard: false }));
}

const SELECT_TRACKS = `SELECT t.id, t.recording_id AS recordingId, t.folder_id AS folderId,
    f.path AS root, t.title, t.tagged_duration AS seconds, t.attempts, t.size,
    t.modified_ms AS modifiedMs
  FROM tracks t JOIN library_folders f ON f.id = t.folder_id`;

/** Ids of folders that are there and hold something heard that a model misses. */
export function foldersMissing(db: ReadableDb, models: readonly ModelVersion[]): number[] {
  if (models.length === 0) return [];
  return db
    .prepare(
      `SELECT id FROM library_folders f WHERE state = 'present'
         AND EXISTS (SELECT 1 FROM tracks t WHERE ${MISSES_A_MODEL} AND t.folder_id = f.id)
       ORDER BY id`,
    )
    .pluck()
    .all(missingParameter(models)) as number[];
}

export function missingTracks(
  db: ReadableDb,
  models: readonly ModelVersion[],
  folderId: number,
  afterId: number,
  limit: number,
): WaitingTrack[] {
  if (models.length === 0) return [];
  const rows = db
    .prepare(
      `${SELECT_TRACKS} WHERE ${MISSES_A_MODEL} AND t.folder_id = ? AND t.id > ? ORDER BY t.id LIMIT ?`,
    )
    .all(missingParameter(models), folderId, afterId, limit) as Omit<WaitingTrack, 'isHeard'>[];
  return rows.map((row) => ({ ...row, isHeard: true }));
}

export interface WorkCounts {
  waiting: number;
  done: number;
  failed: number;
  /** Music that waits, as far as the tags say; tracks of unknown length count as the mean of the others. */
  waitingSeconds: number;
}

const USUAL_SECONDS = 200;

/** Reads one index and no track, because it is asked every second. */
export function countWork(db: ReadableDb): WorkCounts {
  const rows = db
    .prepare(
      `SELECT status, f.state = 'present' AS isPresent, count, known, seconds FROM (
         SELECT status, folder_id, count(*) AS count, count(tagged_duration) AS known,
           coalesce(sum(tagged_duration), 0) AS seconds
         FROM tracks GROUP BY status, folder_id
       ) JOIN library_folders f ON f.id = folder_id`,
    )
    .all() as { status: string; isPresent: 0 | 1; count: number; known: number; seconds: number }[];
  const counts = { waiting: 0, done: 0, failed: 0 };
  let known = 0;
  let knownSeconds = 0;
  for (const { status, isPresent, count, ...durations } of rows) {
    if (status === 'analysed' || status === 'partial') counts.done += count;
    else if (status === 'failed') counts.failed += count;
    else if (status === 'waiting' && isPresent) {
      counts.waiting += count;
      known += durations.known;
      knownSeconds += durations.seconds;
    }
  }
  const mean = known > 0 ? knownSeconds / known : USUAL_SECONDS;
  return { ...counts, waitingSeconds: counts.waiting * mean };
}

/**
 * What was heard by another version of the values must be heard again. Looks at some tracks at a time.
 * @param afterId looks at tracks beyond it
 * @returns the id of the last one; null: there is none beyond it
 */
export function requeueOutdated(
  db: WritableDb,
  { model, version }: ModelVersion,
  afterId: number,
  limit: number,
): number | null {
  const last = db
    .prepare('SELECT max(id) FROM (SELECT id FROM tracks WHERE id > ? ORDER BY id LIMIT ?)')
    .pluck()
    .get(afterId, limit) as number | null;
  db.prepare(
    `UPDATE tracks SET status = 'waiting'
     WHERE id > ? AND id <= ? AND status IN ('analysed', 'partial') AND NOT EXISTS (
       SELECT 1 FROM vectors v INDEXED BY vectors_by_recording
       WHERE v.model = ? AND v.model_version = ? AND v.recording_id = tracks.recording_id)`,
  ).run(afterId, last, model, version);
  return last;
}

export function countAttempt(db: WritableDb, id: number): void {
  db.prepare('UPDATE tracks SET attempts = attempts + 1 WHERE id = ?').run(id);
}

/** A suspect proved harmless. */
export function clearAttempts(db: WritableDb, id: number): void {
  db.prepare('UPDATE tracks SET attempts = 0 WHERE id = ?').run(id);
}

export function markFailed(
  db: WritableDb,
  { id, size, modifiedMs }: WaitingTrack,
  code: ErrorCode,
  message: string,
): void {
  db.prepare(
    `UPDATE tracks SET status = 'failed', failure_code = ?, failure_message = ?
     WHERE id = ? AND size = ? AND modified_ms = ? AND status = 'waiting'`,
  ).run(code, message, id, size, modifiedMs);
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
