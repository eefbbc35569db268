import type { ReadableDb } from '../database/room.ts';
import type { ModelVersion } from './vector-table.ts';

/** Whether a recording has no vector of the model and version, and was not found to be beyond it. */
const IS_MISSING = `NOT EXISTS (SELECT 1 FROM vectors v INDEXED BY vectors_by_recording
    WHERE v.recording_id = t.recording_id AND v.model = m.model AND v.model_version = m.version)
  AND NOT EXISTS (SELECT 1 FROM embedding_failures e
    WHERE e.recording_id = t.recording_id AND e.model = m.model AND e.model_version = m.version)`;

/** A list of models and versions as a table `m`; its parameter is JSON. */
const MODELS = `(SELECT value ->> 'model' AS model, value ->> 'version' AS version FROM json_each(?)) m`;

/**
 * An SQL condition over `tracks t`: the track was heard, and one of the models misses its recording. Its
 * parameter is `missingParameter(models)`.
 */
export const MISSES_A_MODEL = `t.status IN ('analysed', 'partial')
  AND EXISTS (SELECT 1 FROM ${MODELS} WHERE ${IS_MISSING})`;

export const missingParameter = (models: readonly ModelVersion[]): string => JSON.stringify(models);

/** Which of the models miss a recording; null: one that was never heard, which all of them miss. */
export function modelsMissing(
  db: ReadableDb,
  models: readonly ModelVersion[],
  recordingId: number | null,
): ModelVersion[] {
  if (recordingId === null) return [...models];
  return db
    .prepare(
      `SELECT m.model, m.version FROM ${MODELS}, (SELECT ? AS recording_id) t WHERE ${IS_MISSING}`,
    )
    .all(missingParameter(models), recordingId) as ModelVersion[];
}

export interface MissingCounts {
  tracks: number;
  /** Of music, as decoded. */
  seconds: number;
}

/** Read from indexes alone: the rows of recordings hold their peaks. */
const COUNT_HEARD = `SELECT count(*) AS tracks, coalesce(sum(r.analysed_seconds), 0) AS seconds
  FROM tracks t JOIN recordings r INDEXED BY recordings_facts ON r.id = t.recording_id`;

export function countMissing(db: ReadableDb, model: ModelVersion): MissingCounts {
  return db
    .prepare(
      `${COUNT_HEARD} CROSS JOIN (SELECT ? AS model, ? AS version) m
       WHERE t.status IN ('analysed', 'partial') AND ${IS_MISSING}`,
    )
    .get(model.model, model.version) as MissingCounts;
}

/** What a model misses that has heard nothing. */
export const countEverything = (db: ReadableDb): MissingCounts =>
  db.prepare(`${COUNT_HEARD} WHERE t.status IN ('analysed', 'partial')`).get() as MissingCounts;

/** Tracks that have a vector of the model and version, and those that were beyond it. */
export function countHeard(
  db: ReadableDb,
  { model, version }: ModelVersion,
): { done: number; failed: number } {
  const countOf = (table: string): number =>
    db
      .prepare(
        `SELECT count(*) FROM ${table} h
         CROSS JOIN tracks t ON t.recording_id = h.recording_id AND t.status IN ('analysed', 'partial')
         WHERE h.model = ? AND h.model_version = ?`,
      )
      .pluck()
      .get(model, version) as number;
  return { done: countOf('vectors'), failed: countOf('embedding_failures') };
}
