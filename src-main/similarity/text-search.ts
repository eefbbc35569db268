import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { loadVectors, storedVersion } from '../embedding/room.ts';
import { candidatesOf } from './candidate-table.ts';

export interface VectorRequest {
  model: string;
  /** Of length one, in the space in which the model's vectors are stored. */
  vector: Float32Array;
  count: number;
}

export interface VectorAnswer {
  /** The nearest first. */
  results: { trackId: number; similarity: number }[];
  candidateCount: number;
}

/**
 * The tracks nearest to a vector that is no track's, by the plain cosine: words lie elsewhere in the space than
 * sounds, so that the library's own spread says nothing about them. Reads the vectors anew each time, which
 * takes some milliseconds for ten thousand tracks.
 * @throws AppError `unavailable` where nothing was heard by that model
 */
export function nearestToVector(
  db: ReadableDb,
  { model, vector, count }: VectorRequest,
): VectorAnswer {
  const version = storedVersion(db, model);
  const space = version === null ? null : loadVectors(db, { model, version });
  if (!space || space.recordingIds.length === 0) {
    throw new AppError(
      'unavailable',
      'No track has been heard by this model yet. Run it on the page of models first.',
    );
  }
  const { recordingIds, vectors, dims } = space;
  if (dims !== vector.length) {
    throw new AppError('unavailable', 'These words and the vectors are of different models.');
  }
  const ranked = Array.from(recordingIds, (recordingId, row) => ({
    recordingId,
    similarity: cosine(vectors.subarray(row * dims, (row + 1) * dims), vector),
  })).sort((a, b) => b.similarity - a.similarity);
  const similarityOf = new Map(
    ranked.slice(0, count).map(({ recordingId, similarity }) => [recordingId, similarity]),
  );
  const results = candidatesOf(db, [...similarityOf.keys()]).map(({ recordingId, trackId }) => ({
    trackId,
    similarity: similarityOf.get(recordingId)!,
  }));
  return { results, candidateCount: recordingIds.length };
}

/** `b` has length one. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squares] = [0, 0];
  for (let d = 0; d < a.length; d++) {
    product += a[d] * b[d];
    squares += a[d] * a[d];
  }
  return squares > 0 ? product / Math.sqrt(squares) : 0;
}
