import type { ReadableDb } from '../database/room.ts';
import { loadVectors } from '../embedding/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import { featureGroups } from '../features/room.ts';
import { fitStandardiser } from '../similarity/room.ts';

/** Where one vector lies among the library's. */
export interface LibraryPlace {
  /** Recordings that it is compared with. */
  count: number;
  /** Per dimension the per cent of recordings that have less, half of those that have as much; null without any. */
  percentiles: number[] | null;
  /** Recordings that sound most like it, the nearest first. */
  nearest: { recordingId: number; distance: number }[];
}

const NEAREST = 10;

export function placeInLibrary(
  db: ReadableDb,
  model: ModelVersion,
  vector: Float32Array,
): LibraryPlace {
  const { recordingIds, vectors, dims } = loadVectors(db, model);
  if (dims !== vector.length) return { count: 0, percentiles: null, nearest: [] };
  return {
    count: recordingIds.length,
    percentiles: percentilesOf(vector, vectors, dims),
    nearest: nearestTo(vector, vectors, dims).map(({ row, distance }) => ({
      recordingId: recordingIds[row],
      distance,
    })),
  };
}

function percentilesOf(vector: Float32Array, vectors: Float32Array, dims: number): number[] {
  const below = new Float64Array(dims);
  for (let at = 0; at < vectors.length; at += dims) {
    for (let d = 0; d < dims; d++) {
      const other = vectors[at + d];
      if (other < vector[d]) below[d]++;
      else if (other === vector[d]) below[d] += 0.5;
    }
  }
  return Array.from(below, (count) => (100 * count * dims) / vectors.length);
}

/** By standardised values, each group of the same weight, as everywhere. */
function nearestTo(
  vector: Float32Array,
  vectors: Float32Array,
  dims: number,
): { row: number; distance: number }[] {
  const groups = featureGroups.map(({ indices }) => indices);
  const { scale } = fitStandardiser(vectors, dims, { groups });
  const distances = Float64Array.from({ length: vectors.length / dims }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += ((vectors[row * dims + d] - vector[d]) * scale[d]) ** 2;
    return Math.sqrt(sum);
  });
  return Array.from(distances, (distance, row) => ({ row, distance }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST);
}
