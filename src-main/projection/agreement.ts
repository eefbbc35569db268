import type { ReadableDb } from '../database/room.ts';
import { currentMap, currentMaps, neighbourRows } from './map-table.ts';
import type { StoredMap } from './map-table.ts';

/**
 * How far models agree on each recording of a map: the part of its nearest by this model that are among its
 * nearest by another one, 0 to 1, as the mean over the other models that have a map. Recordings that no other
 * model has on a map are left out.
 */
export function agreementByRecording(db: ReadableDb, map: StoredMap): Map<number, number> {
  const others = otherModelsMaps(db, map).map(({ id }) => neighbourRows(db, id));
  const agreement = new Map<number, number>();
  if (others.length === 0) return agreement;
  const own = neighbourRows(db, map.id);
  for (const [recordingId, neighbours] of own) {
    const overlaps = others.flatMap((rows) => {
      const theirs = rows.get(recordingId);
      return theirs && theirs.length > 0 ? [overlapOf(neighbours, theirs)] : [];
    });
    if (overlaps.length === 0) continue;
    agreement.set(recordingId, overlaps.reduce((sum, overlap) => sum + overlap) / overlaps.length);
  }
  return agreement;
}

/** One per model: the maps in force whose neighbours can be compared with those of `map`. */
export function otherModelsMaps(db: ReadableDb, map: StoredMap): StoredMap[] {
  const models = new Set(currentMaps(db).map(({ parameters }) => parameters.model));
  models.delete(map.parameters.model);
  return [...models].flatMap((model) => currentMap(db, 2, model) ?? currentMap(db, 3, model) ?? []);
}

function overlapOf(a: Int32Array, b: Int32Array): number {
  const inB = new Set(b);
  return a.filter((recordingId) => inB.has(recordingId)).length / Math.min(a.length, b.length);
}
