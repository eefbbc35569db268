import type { ReadableDb } from '../database/room.ts';
import { segmentsOf } from '../embedding/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type { MatchingMoment } from './contract.ts';

/**
 * Where two recordings are most alike as a model hears them: the pair of stretches with the largest cosine,
 * centred on the mean of the library. Null where no vectors over time are kept of one of them.
 */
export function findMoment(
  db: ReadableDb,
  model: ModelVersion,
  mean: ArrayLike<number>,
  [a, b]: readonly [number, number],
): MatchingMoment | null {
  const [first, second] = [a, b].map((recordingId) => {
    const segments = segmentsOf(db, model, recordingId);
    return segments && { starts: segments.starts, rows: centred(segments.vectors, mean) };
  });
  if (!first || !second) return null;
  let best: MatchingMoment | null = null;
  first.rows.forEach((row, i) =>
    second.rows.forEach((other, j) => {
      const similarity = row.reduce((sum, value, d) => sum + value * other[d], 0);
      if (best && similarity <= best.similarity) return;
      const [aSeconds, bSeconds] = [first.starts[i], second.starts[j]];
      best = { model: model.model, aSeconds, bSeconds, similarity: Math.min(1, similarity) };
    }),
  );
  return best;
}

/** Rows of length one around the mean. */
function centred(vectors: Float32Array, mean: ArrayLike<number>): Float32Array[] {
  const dims = mean.length;
  return Array.from({ length: vectors.length / dims }, (_, row) => {
    const shifted = Float32Array.from(
      { length: dims },
      (__, d) => vectors[row * dims + d] - mean[d],
    );
    const length = Math.hypot(...shifted);
    return length > 0 ? shifted.map((value) => value / length) : shifted;
  });
}
