import { changeStamp } from '../database/room.ts';
import type { ReadableDb } from '../database/room.ts';
import { mapPlaces } from './map-places.ts';
import type { MapPlaces } from './map-places.ts';
import type { StoredMap } from './map-table.ts';

/** A map with the tracks of the library whose recordings are on it, in order of track id. */
export interface OpenedMap {
  map: StoredMap;
  places: MapPlaces;
  trackIds: Int32Array;
  /** Of each track the row of its recording among the places. */
  rows: Int32Array;
}

/** What a column holds for a point. */
export type Value = string | number | null;

/** Above this many rows, ids and rows would not fit one number together. */
const MOST_ROWS = 2 ** 26;

export function openMap(db: ReadableDb, map: StoredMap): OpenedMap {
  const places = mapPlaces(db, map);
  const { recordingIds } = places;
  // One column at a time: rows of two take twice as long. Both come from one index in its order.
  const [heard, tracks] = ['recording_id', 'id'].map(
    (column) =>
      db
        .prepare(
          `SELECT ${column} FROM tracks INDEXED BY tracks_by_recording
           WHERE recording_id IS NOT NULL AND status <> 'excluded' ORDER BY recording_id, status, id`,
        )
        .pluck()
        .all() as number[],
  );
  const keys = new Float64Array(heard.length);
  let count = 0;
  let row = 0;
  heard.forEach((recordingId, at) => {
    while (recordingIds[row] < recordingId) row++;
    if (recordingIds[row] === recordingId) keys[count++] = tracks[at] * MOST_ROWS + row;
  });
  const sorted = keys.subarray(0, count).sort();
  return {
    map,
    places,
    trackIds: Int32Array.from(sorted, (key) => Math.floor(key / MOST_ROWS)),
    rows: Int32Array.from(sorted, (key) => key % MOST_ROWS),
  };
}

/** Keeps the map that was opened last until something is written: points and columns are asked for together. */
export function mapOpener(db: ReadableDb): (map: StoredMap) => OpenedMap {
  let kept: OpenedMap | null = null;
  let stamp = '';
  return (map) => {
    const now = `${map.id} ${changeStamp(db)}`;
    if (!kept || now !== stamp) kept = openMap(db, map);
    stamp = now;
    return kept;
  };
}

/** One SQL expression over the points `p` of the map, for each of its tracks. */
export function pointValues(db: ReadableDb, { map, rows }: OpenedMap, expression: string): Value[] {
  const values = db
    .prepare(`SELECT ${expression} FROM map_points p WHERE p.map_id = ? ORDER BY p.recording_id`)
    .pluck()
    .all(map.id) as Value[];
  return Array.from(rows, (row) => values[row]);
}

/** What joins the tracks `t`, and only where it is asked for. */
const TABLES = {
  tracks: '',
  recordings: 'JOIN recordings r INDEXED BY recordings_facts ON r.id = t.recording_id',
  folders: 'JOIN library_folders f ON f.id = t.folder_id',
};

/** One SQL expression over these tables, for each track of the map. */
export function trackValues(
  db: ReadableDb,
  { trackIds }: OpenedMap,
  expression: string,
  from: keyof typeof TABLES,
): Value[] {
  const all = db
    .prepare(
      `SELECT t.id, ${expression} FROM tracks t ${TABLES[from]}
       WHERE t.recording_id IS NOT NULL AND t.status <> 'excluded' ORDER BY t.id`,
    )
    .raw()
    .all() as [number, Value][];
  let at = 0;
  return Array.from(trackIds, (trackId) => {
    while (all[at][0] < trackId) at++;
    return all[at][1];
  });
}

/** Every genre of the library, how many tracks it has, and all tracks, genre by genre. */
export function genreRuns(db: ReadableDb): {
  genres: string[];
  counts: number[];
  tracks: number[];
} {
  const runs = db
    .prepare(
      'SELECT genre, count(*) FROM tracks INDEXED BY tracks_by_genre GROUP BY genre ORDER BY genre',
    )
    .raw()
    .all() as [string, number][];
  const tracks = db
    .prepare('SELECT id FROM tracks INDEXED BY tracks_by_genre ORDER BY genre, id')
    .pluck()
    .all() as number[];
  return {
    genres: runs.map(([genre]) => genre),
    counts: runs.map(([, count]) => count),
    tracks,
  };
}
