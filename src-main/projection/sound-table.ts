import type { ReadableDb } from '../database/room.ts';
import { eachVector, storedVersion } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import type { Sound } from './sound-words.ts';

const UNKNOWN_FEATURES = { brightness: NaN, noise: NaN, onsets: NaN, pulse: NaN };

const IN_VECTOR = {
  brightness: featureNames.indexOf('centroid_mean'),
  noise: featureNames.indexOf('flatness_mean'),
  onsets: featureNames.indexOf('onset_strength_mean'),
  pulse: featureNames.indexOf('pulse_clarity'),
};

/** How the recordings, which are there, sound, in their order, whichever model the map is of. */
export function soundsOfRecordings(db: ReadableDb, recordingIds: Int32Array): Sound[] {
  const known = new Map<number, Sound>();
  const rows = db
    .prepare(
      `SELECT id, tempo, integrated_loudness AS loudness, loudness_range AS dynamics,
         musical_key LIKE '%minor' AS minor FROM recordings`,
    )
    .iterate() as IterableIterator<{ id: number } & Record<keyof Sound, number | null>>;
  for (const { id, tempo, loudness, dynamics, minor } of rows) {
    known.set(id, {
      ...UNKNOWN_FEATURES,
      tempo: tempo ?? NaN,
      loudness: loudness ?? NaN,
      dynamics: dynamics ?? NaN,
      minor: minor ?? NaN,
    });
  }
  addFeatures(db, known);
  return Array.from(recordingIds, (id) => known.get(id)!);
}

function addFeatures(db: ReadableDb, known: Map<number, Sound>): void {
  const version = storedVersion(db, FEATURES_MODEL.id);
  if (version === null) return;
  for (const { recordingId, vector } of eachVector(db, { model: FEATURES_MODEL.id, version })) {
    const sound = known.get(recordingId);
    if (!sound || vector.length !== FEATURES_MODEL.dims) continue;
    for (const fact of Object.keys(IN_VECTOR) as (keyof typeof IN_VECTOR)[]) {
      sound[fact] = vector[IN_VECTOR[fact]];
    }
  }
}
