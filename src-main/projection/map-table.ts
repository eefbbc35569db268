import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Dims, FitParameters } from './contract.ts';

/** One stored map, without its points. */
export interface StoredMap {
  id: number;
  dims: Dims;
  version: number;
  parameters: FitParameters;
  modelVersion: string;
  createdAt: string;
}

interface MapRow {
  id: number;
  dims: Dims;
  version: number;
  parameters: string;
  modelVersion: string;
  createdAt: string;
}

const COLUMNS = `id, dims, version, parameters, model_version AS modelVersion, created_at AS createdAt`;

/** The map in force for 2 or 3 dimensions: the newest. */
export function currentMap(db: ReadableDb, dims: Dims): StoredMap | null {
  const row = db
    .prepare(`SELECT ${COLUMNS} FROM maps WHERE dims = ? ORDER BY id DESC LIMIT 1`)
    .get(dims) as MapRow | undefined;
  return row ? fromRow(row) : null;
}

export function mapById(db: ReadableDb, id: number): StoredMap | null {
  const row = db.prepare(`SELECT ${COLUMNS} FROM maps WHERE id = ?`).get(id) as MapRow | undefined;
  return row ? fromRow(row) : null;
}

function fromRow(row: MapRow): StoredMap {
  return { ...row, parameters: JSON.parse(row.parameters) as FitParameters };
}

/** Stores a map and its points (`coordinates`: one row of `dims` per recording) in one transaction. */
export function insertMap(
  db: WritableDb,
  map: { parameters: FitParameters; modelVersion: string; createdAt: string },
  recordingIds: Int32Array,
  coordinates: Float32Array,
): number {
  return db.transaction(() => {
    const { dims } = map.parameters;
    const id = db
      .prepare('INSERT INTO maps (dims, parameters, model_version, created_at) VALUES (?, ?, ?, ?)')
      .run(dims, JSON.stringify(map.parameters), map.modelVersion, map.createdAt)
      .lastInsertRowid as number;
    insertPoints(db, { id, dims }, recordingIds, coordinates, false);
    return id;
  })();
}

/** Adds points to a map that stays as it is, and raises its version. */
export function placePoints(
  db: WritableDb,
  map: { id: number; dims: Dims },
  recordingIds: Int32Array,
  coordinates: Float32Array,
): void {
  db.transaction(() => {
    insertPoints(db, map, recordingIds, coordinates, true);
    raiseVersion(db, map.id);
  })();
}

export function raiseVersion(db: WritableDb, mapId: number): void {
  db.prepare('UPDATE maps SET version = version + 1 WHERE id = ?').run(mapId);
}

function insertPoints(
  db: WritableDb,
  { id, dims }: { id: number; dims: Dims },
  recordingIds: Int32Array,
  coordinates: Float32Array,
  placed: boolean,
): void {
  const insert = db.prepare(
    'INSERT OR REPLACE INTO map_points (map_id, recording_id, x, y, z, placed) VALUES (?, ?, ?, ?, ?, ?)',
  );
  recordingIds.forEach((recordingId, row) => {
    const [x, y, z = null] = coordinates.subarray(row * dims, (row + 1) * dims);
    insert.run(id, recordingId, x, y, z, placed ? 1 : 0);
  });
}

/** Points of a map by recording: ids ascending, one row of `dims` coordinates each. */
export function recordingPoints(
  db: ReadableDb,
  map: { id: number; dims: Dims },
): { recordingIds: Int32Array; coordinates: Float32Array } {
  const rows = db
    .prepare('SELECT recording_id, x, y, z FROM map_points WHERE map_id = ? ORDER BY recording_id')
    .raw()
    .all(map.id) as [number, number, number, number | null][];
  const coordinates = new Float32Array(rows.length * map.dims);
  rows.forEach(([, x, y, z], row) =>
    coordinates.set(map.dims === 2 ? [x, y] : [x, y, z ?? 0], row * map.dims),
  );
  return { recordingIds: Int32Array.from(rows, ([recordingId]) => recordingId), coordinates };
}

/** Points by track, in order of track id: every file of the library whose recording is on the map. */
export function trackPoints(
  db: ReadableDb,
  mapId: number,
): IterableIterator<[trackId: number, x: number, y: number, z: number | null, placed: number]> {
  return db
    .prepare(`SELECT t.id, p.x, p.y, p.z, p.placed ${ON_MAP} ORDER BY t.id`)
    .raw()
    .iterate(mapId) as ReturnType<typeof trackPoints>;
}

/** The same tracks in the same order with one SQL expression over `tracks t` and `recordings r` each. */
export function trackValues(
  db: ReadableDb,
  mapId: number,
  expression: string,
): IterableIterator<[string | number | null]> {
  return db
    .prepare(`SELECT ${expression} ${ON_MAP} ORDER BY t.id`)
    .raw()
    .iterate(mapId) as ReturnType<typeof trackValues>;
}

export function countTrackPoints(
  db: ReadableDb,
  mapId: number,
): { count: number; placedCount: number } {
  return db
    .prepare(`SELECT count(*) AS count, coalesce(sum(p.placed), 0) AS placedCount ${ON_MAP}`)
    .get(mapId) as { count: number; placedCount: number };
}

/** Tracks that will join the map once they are analysed. */
export function countTracksOffMap(db: ReadableDb, mapId: number): number {
  return db
    .prepare(
      `SELECT count(*) FROM tracks t WHERE t.status IN ('waiting', 'analysed', 'partial') AND NOT EXISTS
         (SELECT 1 FROM map_points p WHERE p.map_id = ? AND p.recording_id = t.recording_id)`,
    )
    .pluck()
    .get(mapId) as number;
}

const ON_MAP = `FROM map_points p
  CROSS JOIN tracks t ON t.recording_id = p.recording_id AND t.status <> 'excluded'
  JOIN recordings r ON r.id = p.recording_id
  JOIN library_folders f ON f.id = t.folder_id
  WHERE p.map_id = ?`;
