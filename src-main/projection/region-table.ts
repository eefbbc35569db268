import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Region } from './contract.ts';
import type { RecordingTags } from './region-names.ts';
import type { FoundRegions } from './regions.ts';

interface RegionRow {
  id: number;
  level: number;
  parentId: number | null;
  foundName: string;
  givenName: string | null;
  purity: number;
  unlabelled: number;
  x: number;
  y: number;
  z: number | null;
  contours: string;
}

const SELECT = `SELECT id, level, parent_id AS parentId, found_name AS foundName,
  given_name AS givenName, purity, unlabelled, x, y, z, contours FROM regions`;

/** Stores the regions of a map and which of them each of its recordings is in. */
export function insertRegions(
  db: WritableDb,
  mapId: number,
  recordingIds: Int32Array,
  { regions, regionOf }: FoundRegions,
): void {
  const insert = db.prepare(
    `INSERT INTO regions (map_id, parent_id, level, found_name, count, purity, unlabelled, x, y, z, contours)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const join = db.prepare(
    'UPDATE map_points SET region_id = ? WHERE map_id = ? AND recording_id = ?',
  );
  db.transaction(() => {
    const ids: number[] = [];
    for (const region of regions) {
      const parentId = region.parent === null ? null : ids[region.parent];
      const [x, y, z = null] = region.centre;
      const { level, name, count, purity, unlabelled } = region;
      const contours = JSON.stringify(region.contours);
      const values = [mapId, parentId, level, name, count, purity, unlabelled, x, y, z, contours];
      ids.push(insert.run(...values).lastInsertRowid as number);
    }
    recordingIds.forEach((recordingId, row) => {
      if (regionOf[row] >= 0) join.run(ids[regionOf[row]], mapId, recordingId);
    });
  })();
}

/** The overview first; the largest of a level first. */
export function regionsOfMap(db: ReadableDb, mapId: number): Region[] {
  const rows = db.prepare(`${SELECT} WHERE map_id = ?`).all(mapId) as RegionRow[];
  const counts = countTracks(db, mapId, rows);
  return rows
    .map((row) => fromRow(row, counts.get(row.id) ?? 0))
    .sort((a, b) => a.level - b.level || b.count - a.count || a.id - b.id);
}

/** Of every region the name of the one of the overview that it lies in. */
export function overviewNames(db: ReadableDb, mapId: number): Map<number, string> {
  const rows = db.prepare(`${SELECT} WHERE map_id = ?`).all(mapId) as RegionRow[];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const overviewOf = (row: RegionRow): RegionRow => {
    const parent = row.parentId === null ? undefined : byId.get(row.parentId);
    return parent ? overviewOf(parent) : row;
  };
  return new Map(
    rows.map((row) => {
      const { givenName, foundName } = overviewOf(row);
      return [row.id, givenName ?? foundName];
    }),
  );
}

export function regionById(
  db: ReadableDb,
  regionId: number,
): { region: Region; mapId: number } | null {
  const mapId = db.prepare('SELECT map_id FROM regions WHERE id = ?').pluck().get(regionId);
  if (mapId === undefined) return null;
  const region = regionsOfMap(db, mapId as number).find(({ id }) => id === regionId)!;
  return { region, mapId: mapId as number };
}

/** The tracks of a region and of the regions in it, in order of artist, album and place on it. */
export function tracksOfRegion(db: ReadableDb, regionId: number): number[] {
  return db
    .prepare(
      `WITH RECURSIVE inside(id, map_id) AS (
         SELECT id, map_id FROM regions WHERE id = ?
         UNION ALL SELECT r.id, r.map_id FROM regions r JOIN inside i ON r.parent_id = i.id)
       SELECT t.id FROM inside i
       JOIN map_points p ON p.map_id = i.map_id AND p.region_id = i.id
       JOIN tracks t ON t.recording_id = p.recording_id AND t.status <> 'excluded'
       ORDER BY t.artist, t.album, t.disc_number, t.track_number, t.id`,
    )
    .pluck()
    .all(regionId) as number[];
}

/** Null gives the found name back. */
export function setGivenName(db: WritableDb, regionId: number, name: string | null): void {
  db.prepare('UPDATE regions SET given_name = ? WHERE id = ?').run(name, regionId);
}

/** Tags in the order of the recordings, each from the first of its tracks. */
export function tagsOfRecordings(db: ReadableDb, recordingIds: Int32Array): RecordingTags[] {
  const rows = db
    .prepare(
      `SELECT t.recording_id AS recordingId, t.genres, t.genre, t.artist, t.year, min(t.id)
       FROM tracks t
       WHERE t.recording_id IS NOT NULL AND t.status <> 'excluded' GROUP BY t.recording_id`,
    )
    .all() as (Omit<RecordingTags, 'genres'> & {
    recordingId: number;
    genres: string;
    genre: string;
  })[];
  const byRecording = new Map(
    rows.map(({ recordingId, genres, genre, artist, year }) => {
      const all = [...new Set([genre, ...(JSON.parse(genres) as string[])])].filter(Boolean);
      return [recordingId, { genres: all, artist, year }];
    }),
  );
  const nothing = { genres: [], artist: '', year: null };
  return Array.from(recordingIds, (id) => byRecording.get(id) ?? nothing);
}

/** Tracks per region: those of its children too. */
function countTracks(db: ReadableDb, mapId: number, rows: RegionRow[]): Map<number, number> {
  if (rows.length === 0) return new Map();
  const counts = new Map(
    db
      .prepare(
        `SELECT p.region_id, count(*) FROM map_points p
         JOIN tracks t ON t.recording_id = p.recording_id AND t.status <> 'excluded'
         WHERE p.map_id = ? AND p.region_id IS NOT NULL GROUP BY p.region_id`,
      )
      .raw()
      .all(mapId) as [number, number][],
  );
  for (const row of rows.toSorted((a, b) => b.level - a.level)) {
    if (row.parentId === null) continue;
    counts.set(row.parentId, (counts.get(row.parentId) ?? 0) + (counts.get(row.id) ?? 0));
  }
  return counts;
}

function fromRow(row: RegionRow, count: number): Region {
  const { id, level, parentId, purity, unlabelled } = row;
  return {
    id,
    level,
    parentId,
    name: row.givenName ?? row.foundName,
    isRenamed: row.givenName !== null,
    count,
    purity,
    unlabelled,
    centre: row.z === null ? [row.x, row.y] : [row.x, row.y, row.z],
    contours: JSON.parse(row.contours) as number[][],
  };
}
