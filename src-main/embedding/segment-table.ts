import type { ReadableDb, WritableDb } from '../database/room.ts';
import { fromHalf, toHalf } from './half-float.ts';
import type { ModelVersion } from './vector-table.ts';

/** What a model heard in the stretches of a recording. */
export interface SegmentVectors {
  /** Seconds at which each begins. */
  starts: Float32Array;
  /** One row of the model's dims each; as good as half precision. */
  vectors: Float32Array;
}

export function saveSegments(
  db: WritableDb,
  { model, version }: ModelVersion,
  recordingId: number,
  { starts, vectors }: SegmentVectors,
): void {
  db.prepare(
    'DELETE FROM segment_vectors WHERE model = ? AND model_version = ? AND recording_id = ?',
  ).run(model, version, recordingId);
  db.prepare(
    `INSERT INTO segment_vectors (recording_id, model, model_version, count, starts, vectors)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(recordingId, model, version, starts.length, bytesOf(starts), bytesOf(toHalf(vectors)));
}

/** Null where none were kept. */
export function segmentsOf(
  db: ReadableDb,
  { model, version }: ModelVersion,
  recordingId: number,
): SegmentVectors | null {
  const row = db
    .prepare(
      `SELECT starts, vectors FROM segment_vectors
       WHERE model = ? AND model_version = ? AND recording_id = ?`,
    )
    .get(model, version, recordingId) as { starts: Buffer; vectors: Buffer } | undefined;
  if (!row) return null;
  return {
    starts: new Float32Array(aligned(row.starts)),
    vectors: fromHalf(new Uint16Array(aligned(row.vectors))),
  };
}

export function hasSegments(
  db: ReadableDb,
  { model, version }: ModelVersion,
  recordingId: number,
): boolean {
  const row = db
    .prepare(
      `SELECT 1 FROM segment_vectors WHERE model = ? AND model_version = ? AND recording_id = ?`,
    )
    .get(model, version, recordingId);
  return row !== undefined;
}

/** Stretches that are kept of a model and version. */
export function countSegmentVectors(db: ReadableDb, { model, version }: ModelVersion): number {
  return db
    .prepare(
      'SELECT coalesce(sum(count), 0) FROM segment_vectors WHERE model = ? AND model_version = ?',
    )
    .pluck()
    .get(model, version) as number;
}

/** The user no longer wants them kept. */
export function deleteAllSegments(db: WritableDb): void {
  db.prepare('DELETE FROM segment_vectors').run();
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** A copy, because SQLite's buffers need not be aligned. */
const aligned = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
