import type { ReadableDb } from '../database/room.ts';
import { loadVectors, storedVersion } from '../embedding/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import { FEATURES_MODEL, featureGroups } from '../features/room.ts';
import { centring, fitStandardiser, standardise } from './standardise.ts';

/** Dimensions that belong together, with the name a person reads. */
export interface NamedGroup {
  name: string;
  label: string;
  indices: readonly number[];
}

/** The library as one model hears it, ready for cosines: rows of length one. */
export interface VectorSpace {
  model: ModelVersion;
  /** Row numbers to recording ids. */
  recordingIds: Int32Array;
  /** One standardised row of `dims` per recording. */
  rows: Float32Array;
  dims: number;
  groups: readonly NamedGroup[];
  /** Of the library, before it was taken away. */
  mean: Float64Array;
}

/** Null where nothing was heard by that model yet. */
export function openVectorSpace(db: ReadableDb, model: string): VectorSpace | null {
  const version = storedVersion(db, model);
  if (version === null) return null;
  const { recordingIds, vectors, dims } = loadVectors(db, { model, version });
  if (recordingIds.length === 0) return null;
  const groups = groupsOf(model, dims);
  // The values of a network have one unit: they are centred only, where the features need a balance.
  const standardiser =
    model === FEATURES_MODEL.id
      ? fitStandardiser(vectors, dims, { groups: groups.map((group) => group.indices) })
      : centring(vectors, dims);
  const rows = standardise(vectors, dims, standardiser, vectors); // In place: they are large.
  const { mean } = standardiser;
  return { model: { model, version }, recordingIds, rows, dims, groups, mean };
}

function groupsOf(model: string, dims: number): readonly NamedGroup[] {
  if (model === FEATURES_MODEL.id) return featureGroups;
  return [{ name: 'all', label: 'Sound', indices: Array.from({ length: dims }, (_, d) => d) }];
}
