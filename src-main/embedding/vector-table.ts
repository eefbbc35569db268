import type { ReadableDb, WritableDb } from '../database/room.ts';

/** All vectors of one model version: `vectors` holds one row of `dims` float32 per recording. */
export interface VectorSet {
  recordingIds: Int32Array;
  vectors: Float32Array;
  dims: number;
}

/** Which vectors can be compared: never across models, never across versions of one. */
export interface ModelVersion {
  model: string;
  version: string;
}

export function saveVector(
  db: WritableDb,
  { model, version }: ModelVersion,
  recordingId: number,
  vector: Float32Array,
): void {
  db.prepare(
    `INSERT INTO vectors (recording_id, model, model_version, vector) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET vector = excluded.vector`,
  ).run(recordingId, model, version, toBlob(vector));
}

export function countVectors(db: ReadableDb, { model, version }: ModelVersion): number {
  return db
    .prepare('SELECT count(*) FROM vectors WHERE model = ? AND model_version = ?')
    .pluck()
    .get(model, version) as number;
}

/**
 * Vectors of recordings that some track of the library holds, in order of recording id.
 * The memory is shared, so that threads can read it without a copy.
 */
export function loadVectors(db: ReadableDb, { model, version }: ModelVersion): VectorSet {
  const count = countVectors(db, { model, version });
  let dims = 0;
  let filled = 0;
  let vectors: Float32Array = new Float32Array(0);
  const recordingIds = new Int32Array(count);
  for (const { recordingId, vector } of eachVector(db, { model, version })) {
    if (filled === 0) {
      dims = vector.length;
      vectors = new Float32Array(new SharedArrayBuffer(count * dims * 4));
    }
    if (filled === count || vector.length !== dims) continue;
    vectors.set(vector, filled * dims);
    recordingIds[filled++] = recordingId;
  }
  return {
    recordingIds: recordingIds.subarray(0, filled),
    vectors: vectors.subarray(0, filled * dims),
    dims,
  };
}

/** The same vectors one after another, for whoever need not hold all of them. */
export function* eachVector(
  db: ReadableDb,
  { model, version }: ModelVersion,
): Generator<{ recordingId: number; vector: Float32Array }> {
  const rows = db
    .prepare(
      `SELECT recording_id AS recordingId, vector FROM vectors
       WHERE model = ? AND model_version = ? AND recording_id IN
         (SELECT recording_id FROM tracks WHERE recording_id IS NOT NULL AND status <> 'excluded')
       ORDER BY recording_id`,
    )
    .iterate(model, version) as IterableIterator<{ recordingId: number; vector: Buffer }>;
  for (const { recordingId, vector } of rows) yield { recordingId, vector: fromBlob(vector) };
}

export function vectorOf(
  db: ReadableDb,
  { model, version }: ModelVersion,
  recordingId: number,
): Float32Array | null {
  const blob = db
    .prepare(
      'SELECT vector FROM vectors WHERE model = ? AND model_version = ? AND recording_id = ?',
    )
    .pluck()
    .get(model, version, recordingId) as Buffer | undefined;
  return blob ? fromBlob(blob) : null;
}

/** Everything that a model has heard, or that its versions but one have. */
export function deleteVectors(db: WritableDb, model: string, butVersion: string | null): void {
  for (const table of ['vectors', 'segment_vectors', 'head_scores', 'embedding_failures']) {
    db.prepare(`DELETE FROM ${table} WHERE model = ? AND model_version IS NOT ?`).run(
      model,
      butVersion,
    );
  }
}

/** Ids of all models that some vector is of. */
export function storedModels(db: ReadableDb): string[] {
  return db
    .prepare(
      `WITH RECURSIVE found(model) AS (
         SELECT min(model) FROM vectors
         UNION ALL SELECT (SELECT min(model) FROM vectors WHERE model > found.model) FROM found
         WHERE found.model IS NOT NULL)
       SELECT model FROM found WHERE model IS NOT NULL`, // Goes from one to the next, not over all rows.
    )
    .pluck()
    .all() as string[];
}

/** The newest stored version of a model: the one with the most vectors; null before the first. */
export function storedVersion(db: ReadableDb, model: string): string | null {
  const version = db
    .prepare(
      `SELECT model_version FROM vectors WHERE model = ?
       GROUP BY model_version ORDER BY count(*) DESC, model_version DESC LIMIT 1`,
    )
    .pluck()
    .get(model) as string | undefined;
  return version ?? null;
}

function toBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** A copy, because SQLite's buffers need not be aligned to 4 bytes. */
function fromBlob(blob: Buffer): Float32Array {
  return new Float32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength));
}
