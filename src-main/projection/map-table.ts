import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Dims, MapParameters, MapScores } from './contract.ts';
import { addPlaces, mapPlaces, savePlaces } from './map-places.ts';

/** One stored map, without its points. */
export interface StoredMap {
  id: number;
  dims: Dims;
  version: number;
  parameters: MapParameters;
  modelVersion: string;
  scores: MapScores | null;
  inForce: boolean;
  createdAt: string;
}

/** What a map knows of its recordings; one entry or row per recording. */
export interface PointRows {
  recordingIds: Int32Array;
  /** One row of the map's dims each. */
  coordinates: Float32Array;
  /** As many recording ids each, nearest in the embedding first; may be empty. */
  neighbours: Int32Array;
}

/** What is known of points that were fitted, in the order of the rows. */
export interface FittedRows extends PointRows {
  trust: Float32Array;
  /** Bit i: neighbour i is near on the map. */
  near: Uint16Array;
}

interface MapRow extends Omit<StoredMap, 'parameters' | 'scores' | 'inForce'> {
  parameters: string;
  scores: string | null;
  inForce: 0 | 1;
}

const SELECT = `SELECT m.id, m.dims, m.version, m.parameters, m.model_version AS modelVersion, m.scores,
  m.created_at AS createdAt, EXISTS (SELECT 1 FROM maps_in_force f WHERE f.map_id = m.id) AS inForce
  FROM maps m`;

/** The map in force of what a model hears, in 2 or 3 dimensions. */
export function currentMap(db: ReadableDb, dims: Dims, model: string): StoredMap | null {
  const row = db
    .prepare(`${SELECT} JOIN maps_in_force f ON f.map_id = m.id WHERE f.dims = ? AND f.model = ?`)
    .get(dims, model) as MapRow | undefined;
  return row ? fromRow(row) : null;
}

/** Of every model and number of dimensions. */
export function currentMaps(db: ReadableDb): StoredMap[] {
  const rows = db
    .prepare(`${SELECT} JOIN maps_in_force f ON f.map_id = m.id ORDER BY m.id`)
    .all() as MapRow[];
  return rows.map(fromRow);
}

export function mapById(db: ReadableDb, id: number): StoredMap | null {
  const row = db.prepare(`${SELECT} WHERE m.id = ?`).get(id) as MapRow | undefined;
  return row ? fromRow(row) : null;
}

/** The newest first; of every model where none is named. */
export function allMaps(db: ReadableDb, dims: Dims, model?: string): StoredMap[] {
  const rows = db.prepare(`${SELECT} WHERE m.dims = ? ORDER BY m.id DESC`).all(dims) as MapRow[];
  const maps = rows.map(fromRow);
  return model === undefined ? maps : maps.filter(({ parameters }) => parameters.model === model);
}

function fromRow(row: MapRow): StoredMap {
  return {
    ...row,
    parameters: JSON.parse(row.parameters) as MapParameters,
    scores: row.scores === null ? null : (JSON.parse(row.scores) as MapScores),
    inForce: row.inForce === 1,
  };
}

/** Stores a map and its points in one transaction and puts it in force. */
export function insertMap(
  db: WritableDb,
  map: {
    parameters: MapParameters;
    modelVersion: string;
    scores: MapScores | null;
    createdAt: string;
  },
  points: FittedRows,
): number {
  return db.transaction(() => {
    const { dims, model } = map.parameters;
    const id = db
      .prepare(
        'INSERT INTO maps (dims, parameters, model_version, scores, created_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(
        dims,
        JSON.stringify(map.parameters),
        map.modelVersion,
        map.scores && JSON.stringify(map.scores),
        map.createdAt,
      ).lastInsertRowid as number;
    savePlaces(db, { id, dims }, points);
    const insert = preparePointInsert(db);
    points.recordingIds.forEach((recordingId, row) => {
      const neighbours = neighboursOfRow(points, row);
      insert.run(id, recordingId, neighbours, points.trust[row], points.near[row]);
    });
    putInForce(db, { id, dims, parameters: { model } });
    return id;
  })();
}

export function putInForce(
  db: WritableDb,
  { id, dims, parameters }: { id: number; dims: Dims; parameters: { model: string } },
): void {
  db.prepare(
    `INSERT INTO maps_in_force (model, dims, map_id) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET map_id = excluded.map_id`,
  ).run(parameters.model, dims, id);
}

export function deleteMap(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM maps WHERE id = ?').run(id);
}

/** Adds points to a map that stays as it is, and raises its version. They join their neighbour's region. */
export function placePoints(
  db: WritableDb,
  map: { id: number; dims: Dims },
  points: PointRows,
): void {
  db.transaction(() => {
    addPlaces(db, map, points);
    const insert = preparePointInsert(db);
    const join = db.prepare(
      `UPDATE map_points SET region_id =
         (SELECT region_id FROM map_points WHERE map_id = @id AND recording_id = @neighbour)
       WHERE map_id = @id AND recording_id = @recordingId`,
    );
    points.recordingIds.forEach((recordingId, row) => {
      const neighbours = neighboursOfRow(points, row);
      insert.run(map.id, recordingId, neighbours, null, null);
      if (neighbours) {
        join.run({ id: map.id, recordingId, neighbour: neighbours.readInt32LE(0) });
      }
    });
    raiseVersion(db, map.id);
  })();
}

export function raiseVersion(db: WritableDb, mapId: number): void {
  db.prepare('UPDATE maps SET version = version + 1 WHERE id = ?').run(mapId);
}

function preparePointInsert(db: WritableDb) {
  return db.prepare(
    `INSERT INTO map_points (map_id, recording_id, neighbours, trust, near) VALUES (?, ?, ?, ?, ?)`,
  );
}

function neighboursOfRow({ recordingIds, neighbours }: PointRows, row: number): Buffer | null {
  const k = neighbours.length / Math.max(1, recordingIds.length);
  const own = neighbours.subarray(row * k, (row + 1) * k);
  return k === 0 ? null : Buffer.from(own.buffer, own.byteOffset, own.byteLength);
}

/** The true neighbours of a track's recording: null where the track is not on the map. */
export function neighboursOf(
  db: ReadableDb,
  mapId: number,
  trackId: number,
): { recordingIds: number[]; near: number | null } | null {
  const row = db
    .prepare(
      `SELECT p.neighbours, p.near FROM tracks t
       JOIN map_points p ON p.map_id = ? AND p.recording_id = t.recording_id WHERE t.id = ?`,
    )
    .get(mapId, trackId) as { neighbours: Buffer | null; near: number | null } | undefined;
  if (!row) return null;
  const bytes = row.neighbours ?? Buffer.alloc(0);
  const count = bytes.length >> 2;
  const recordingIds = Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
  return { recordingIds, near: row.near };
}

/** One track per recording, in the order of the recordings; recordings without one are left out. */
export function tracksOfRecordings(
  db: ReadableDb,
  recordingIds: readonly number[],
): Map<number, number> {
  const rows = db
    .prepare(
      `SELECT recording_id, min(id) FROM tracks
       WHERE status <> 'excluded' AND recording_id IN (SELECT value FROM json_each(?))
       GROUP BY recording_id`,
    )
    .raw()
    .all(JSON.stringify(recordingIds)) as [number, number][];
  return new Map(rows);
}

/** Every track that was heard, with its recording, in order of track id. */
export function heardTracks(db: ReadableDb): [trackId: number, recordingId: number][] {
  return db
    .prepare(
      `SELECT id, recording_id FROM tracks
       WHERE recording_id IS NOT NULL AND status <> 'excluded' ORDER BY id`,
    )
    .raw()
    .all() as [number, number][];
}

/** Whether the map's model has heard tracks that have no place on it. */
export function hasTracksToPlace(db: ReadableDb, map: StoredMap): boolean {
  const { model } = map.parameters;
  // What took the place of as many that are gone has larger ids, so that the number alone would not tell.
  const heard = db
    .prepare(
      'SELECT count(*) AS count, coalesce(sum(recording_id), 0) AS sum FROM vectors WHERE model = ?',
    )
    .get(model) as { count: number; sum: number };
  const { recordingIds } = mapPlaces(db, map);
  const sum = recordingIds.reduce((total, id) => total + id, 0);
  if (heard.count === recordingIds.length && heard.sum === sum) return false;
  const waiting = db.prepare(
    `SELECT 1 FROM tracks t WHERE t.status IN ('analysed', 'partial')
       AND EXISTS (SELECT 1 FROM vectors v INDEXED BY vectors_by_recording
         WHERE v.recording_id = t.recording_id AND v.model = ?)
       AND NOT EXISTS (SELECT 1 FROM map_points p WHERE p.map_id = ? AND p.recording_id = t.recording_id)`,
  );
  return waiting.get(model, map.id) !== undefined;
}

/** The stored true neighbours by recording: int32 recording ids, nearest first. */
export function neighbourRows(db: ReadableDb, mapId: number): Map<number, Int32Array> {
  const rows = db
    .prepare(
      'SELECT recording_id, neighbours FROM map_points WHERE map_id = ? AND neighbours IS NOT NULL',
    )
    .raw()
    .all(mapId) as [number, Buffer][];
  return new Map(
    rows.map(([recordingId, bytes]) => [
      recordingId,
      Int32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readInt32LE(4 * i)),
    ]),
  );
}
