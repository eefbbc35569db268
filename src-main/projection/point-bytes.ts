import type { ReadableDb } from '../database/room.ts';
import { agreementByRecording } from './agreement.ts';
import { heardTracks } from './map-table.ts';
import { genreRuns, pointValues, trackValues } from './opened-map.ts';
import type { OpenedMap, Value } from './opened-map.ts';
import { overviewNames } from './region-table.ts';
import type { ColumnHeader, ColumnName } from './contract.ts';
import type { FormingMap } from './worker-table.ts';

/** The bytes of `/points/:id`; the layout is told at `MapInfo`. */
export function pointBytes({ map: { dims }, places, trackIds, rows }: OpenedMap): Uint8Array {
  const arrays = pointArrays(rows.length, dims);
  arrays.trackIds.set(trackIds);
  rows.forEach((row, at) => {
    for (let d = 0; d < dims; d++) {
      arrays.positions[at * dims + d] = places.coordinates[row * dims + d];
    }
    arrays.placed[at] = places.placed[row];
  });
  return arrays.bytes;
}

/** The bytes of `/preview`: a map as it forms, laid out as the points of a stored one. */
export function formingBytes(db: ReadableDb, forming: FormingMap): Uint8Array {
  const { recordingIds, coordinates } = forming;
  const dims = coordinates.length / Math.max(1, recordingIds.length);
  const rowOf = new Map(Array.from(recordingIds, (id, row) => [id, row]));
  const tracks = heardTracks(db).filter(([, recordingId]) => rowOf.has(recordingId));
  const { bytes, trackIds, positions } = pointArrays(tracks.length, dims);
  tracks.forEach(([trackId, recordingId], at) => {
    const row = rowOf.get(recordingId)!;
    trackIds[at] = trackId;
    positions.set(coordinates.subarray(row * dims, (row + 1) * dims), at * dims);
  });
  return bytes;
}

function pointArrays(count: number, dims: number) {
  const buffer = new ArrayBuffer(8 + count * (4 + 4 * dims + 1));
  new Uint32Array(buffer, 0, 2).set([count, dims]);
  return {
    bytes: new Uint8Array(buffer),
    trackIds: new Int32Array(buffer, 8, count),
    positions: new Float32Array(buffer, 8 + 4 * count, count * dims),
    placed: new Uint8Array(buffer, 8 + 4 * count + 4 * count * dims, count),
  };
}

interface Column {
  expression: string;
  /** What the expression is about, see `trackValues` and `pointValues`. */
  from: 'tracks' | 'recordings' | 'folders' | 'points';
  /** Null: words. */
  unit: string | null;
}

const words = (expression: string, from: Column['from'] = 'tracks'): Column => ({
  expression,
  from,
  unit: null,
});
const numbers = (expression: string, unit: string, from: Column['from'] = 'tracks'): Column => ({
  expression,
  from,
  unit,
});

const COLUMNS: Record<Exclude<ColumnName, 'agreement' | 'region' | 'genre'>, Column> = {
  artist: words(`nullif(t.artist, '')`),
  album: words(`nullif(t.album, '')`),
  folder: words('CAST(f.path AS TEXT)', 'folders'),
  key: words('r.musical_key', 'recordings'),
  year: numbers('t.year', ''),
  tempo: numbers('r.tempo', 'BPM', 'recordings'),
  loudness: numbers('r.integrated_loudness', 'LUFS', 'recordings'),
  trust: numbers('100 * p.trust', '%', 'points'),
  duration: numbers('r.duration_seconds', 's', 'recordings'),
  added: numbers(`julianday(t.added_at) - 2440587.5`, 'days since 1970'),
};

const NO_CATEGORY = 0xffff;

/** The bytes of `/columns/:id/:name`; the layout is told at `ColumnHeader`. */
export function columnBytes(db: ReadableDb, opened: OpenedMap, name: ColumnName): Uint8Array {
  if (name === 'agreement') return agreementBytes(db, opened);
  if (name === 'region') return regionBytes(db, opened);
  if (name === 'genre') return categoryBytes(name, genresOf(db, opened));
  const { expression, from, unit } = COLUMNS[name];
  const values =
    from === 'points'
      ? pointValues(db, opened, expression)
      : trackValues(db, opened, expression, from);
  return unit === null ? categoryBytes(name, coded(values)) : numberBytes(name, values, unit);
}

/** What a map opens with: without a look at each track. */
function genresOf(db: ReadableDb, { trackIds }: OpenedMap): Coded {
  const { genres, counts, tracks } = genreRuns(db);
  const pointOf = new Int32Array((trackIds.at(-1) ?? 0) + 1).fill(-1);
  trackIds.forEach((trackId, at) => (pointOf[trackId] = at));
  const codes = new Int32Array(trackIds.length).fill(-1);
  let next = 0;
  counts.forEach((count, code) => {
    for (const end = next + count; next < end; next++) {
      const at = pointOf[tracks[next]];
      if (at >= 0 && genres[code] !== '') codes[at] = code;
    }
  });
  return { words: genres, codes };
}

/** The same of labels: the first of each track. */
export function labelColumnBytes(
  { trackIds }: OpenedMap,
  labels: ReadonlyMap<number, readonly string[]>,
): Uint8Array {
  const values = Array.from(trackIds, (trackId) => labels.get(trackId)?.[0] ?? null);
  return categoryBytes('label', coded(values));
}

function agreementBytes(db: ReadableDb, { map, places, rows }: OpenedMap): Uint8Array {
  const agreement = agreementByRecording(db, map);
  const values = Array.from(rows, (row) => {
    const part = agreement.get(places.recordingIds[row]);
    return part === undefined ? null : 100 * part;
  });
  return numberBytes('agreement', values, '%');
}

/** Of every point the region of the overview that its own region lies in. */
function regionBytes(db: ReadableDb, opened: OpenedMap): Uint8Array {
  const nameOf = overviewNames(db, opened.map.id);
  const values = pointValues(db, opened, 'p.region_id').map(
    (regionId) => nameOf.get(Number(regionId)) ?? null,
  );
  return categoryBytes('region', coded(values));
}

/** Words of a column, each once, and for each point the number of its word; -1: none. */
interface Coded {
  words: string[];
  codes: Int32Array;
}

function coded(values: Value[]): Coded {
  const codeOf = new Map<Value, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const code = codeOf.get(value) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(value, code);
    return code;
  });
  return { words: Array.from(codeOf.keys(), String), codes };
}

/** The most frequent word first. */
function categoryBytes(name: ColumnName | 'label', { words, codes }: Coded): Uint8Array {
  const counts = new Uint32Array(words.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const ordered = Array.from(words.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || words[a].localeCompare(words[b]))
    .slice(0, NO_CATEGORY);
  const placeOf = new Uint16Array(words.length).fill(NO_CATEGORY);
  ordered.forEach((code, place) => (placeOf[code] = place));
  return withHeader(
    {
      kind: 'category',
      name,
      count: codes.length,
      values: ordered.map((code) => words[code]),
      counts: ordered.map((code) => counts[code]),
    },
    Uint16Array.from(codes, (code) => (code < 0 ? NO_CATEGORY : placeOf[code])),
  );
}

function numberBytes(name: ColumnName, values: Value[], unit: string): Uint8Array {
  const numbers = Float32Array.from(values, (value) => (value === null ? NaN : Number(value)));
  const known = numbers.filter((value) => !Number.isNaN(value)).sort();
  const [min, max] = known.length > 0 ? [known[0], known[known.length - 1]] : [0, 0];
  return withHeader({ kind: 'number', name, count: values.length, unit, min, max }, numbers);
}

function withHeader(header: ColumnHeader, values: Uint16Array | Float32Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 4) * 4, ' ');
  json.copy(padded);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  return Buffer.concat([
    length,
    padded,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
