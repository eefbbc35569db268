import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { loadVectors, storedVersion } from '../embedding/room.ts';
import { FEATURES_MODEL, featureGroups } from '../features/room.ts';
import { fitStandardiser } from '../similarity/room.ts';
import type { VectorScale } from './contract.ts';

/** The library as one model hears it, in the units that distances are measured in. */
export interface SoundSpace {
  dims: number;
  /** Row of a recording's vector. */
  rowOf: Map<number, number>;
  /** Writes a scaled vector of `dims` values to `target`. */
  read(row: number, target: Float64Array): void;
}

/** A network's values are comparable as they are; the hand-crafted ones are hertz beside decibels. */
export const usualScale = (model: string): VectorScale =>
  model === FEATURES_MODEL.id ? 'standardised' : 'raw';

/** @throws AppError `unavailable` where the model has heard nothing */
export function openSoundSpace(db: ReadableDb, model: string, scale: VectorScale): SoundSpace {
  const version = storedVersion(db, model);
  const { recordingIds, vectors, dims } = loadVectors(db, { model, version: version ?? '' });
  if (recordingIds.length === 0) {
    throw new AppError('unavailable', 'No track has been analysed by this model yet.');
  }
  const { mean, factor } = scalesOf(vectors, dims, model, scale);
  return {
    dims,
    rowOf: new Map(Array.from(recordingIds, (id, row) => [id, row])),
    read: (row, target) => {
      for (let d = 0; d < dims; d++) {
        const value = (vectors[row * dims + d] - mean[d]) * factor[d];
        target[d] = Number.isFinite(value) ? value : 0;
      }
    },
  };
}

function scalesOf(
  vectors: Float32Array,
  dims: number,
  model: string,
  scale: VectorScale,
): { mean: Float64Array; factor: Float64Array } {
  if (scale === 'raw') {
    return { mean: new Float64Array(dims), factor: new Float64Array(dims).fill(1) };
  }
  const groups =
    model === FEATURES_MODEL.id ? featureGroups.map(({ indices }) => indices) : undefined;
  const standardiser = fitStandardiser(vectors, dims, { groups });
  return { mean: standardiser.mean, factor: standardiser.scale };
}
