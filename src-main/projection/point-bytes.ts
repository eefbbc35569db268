import type { ReadableDb } from '../database/room.ts';
import { agreementByRecording } from './agreement.ts';
import { heardTracks, trackPoints, trackValues } from './map-table.ts';
import type { StoredMap } from './map-table.ts';
import { overviewNames } from './region-table.ts';
import type { ColumnHeader, ColumnName } from './contract.ts';
import type { FormingMap } from './worker-table.ts';

/** The bytes of `/points/:id`; the layout is told at `MapInfo`. */
export function pointBytes(db: ReadableDb, map: StoredMap): Uint8Array {
  const { dims } = map;
  const points = trackPoints(db, map.id);
  const { bytes, trackIds, positions, placed } = pointArrays(points.length, dims);
  points.forEach(([trackId, x, y, z, isPlaced], row) => {
    trackIds[row] = trackId;
    positions[row * dims] = x;
    positions[row * dims + 1] = y;
    if (dims === 3) positions[row * dims + 2] = z ?? 0;
    placed[row] = isPlaced;
  });
  return bytes;
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
  /** What the expression is about beside tracks and points, see `trackValues`. */
  from: 'tracks' | 'recordings' | 'folders';
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

const COLUMNS: Record<Exclude<ColumnName, 'agreement' | 'region'>, Column> = {
  genre: words(`nullif(t.genre, '')`),
  artist: words(`nullif(t.artist, '')`),
  album: words(`nullif(t.album, '')`),
  folder: words('CAST(f.path AS TEXT)', 'folders'),
  key: words('r.musical_key', 'recordings'),
  year: numbers('t.year', ''),
  tempo: numbers('r.tempo', 'BPM', 'recordings'),
  loudness: numbers('r.integrated_loudness', 'LUFS', 'recordings'),
  trust: numbers('100 * p.trust', '%'),
  duration: numbers('r.duration_seconds', 's', 'recordings'),
  added: numbers(`julianday(t.added_at) - 2440587.5`, 'days since 1970'),
};

const NO_CATEGORY = 0xffff;

/** The bytes of `/columns/:id/:name`; the layout is told at `ColumnHeader`. */
export function columnBytes(db: ReadableDb, map: StoredMap, name: ColumnName): Uint8Array {
  if (name === 'agreement') return agreementBytes(db, map);
  if (name === 'region') return regionBytes(db, map);
  const { expression, from, unit } = COLUMNS[name];
  const values = trackValues(db, map.id, expression, from);
  return unit === null ? categoryBytes(name, values) : numberBytes(name, values, unit);
}

/** The same of labels: the first of each track. */
export function labelColumnBytes(
  db: ReadableDb,
  map: StoredMap,
  labels: ReadonlyMap<number, readonly string[]>,
): Uint8Array {
  const values = trackValues(db, map.id, 't.id', 'tracks').map(
    (trackId) => labels.get(Number(trackId))?.[0] ?? null,
  );
  return categoryBytes('label', values);
}

function agreementBytes(db: ReadableDb, map: StoredMap): Uint8Array {
  const agreement = agreementByRecording(db, map);
  const values = trackValues(db, map.id, 'p.recording_id', 'tracks').map((recordingId) => {
    const part = agreement.get(Number(recordingId));
    return part === undefined ? null : 100 * part;
  });
  return numberBytes('agreement', values, '%');
}

/** Of every point the region of the overview that its own region lies in. */
function regionBytes(db: ReadableDb, map: StoredMap): Uint8Array {
  const nameOf = overviewNames(db, map.id);
  const values = trackValues(db, map.id, 'p.region_id', 'tracks').map(
    (regionId) => nameOf.get(Number(regionId)) ?? null,
  );
  return categoryBytes('region', values);
}

function categoryBytes(name: ColumnName | 'label', values: (string | number | null)[]): Uint8Array {
  const tally = new Map<string, number>();
  for (const value of values) {
    if (value !== null) tally.set(String(value), (tally.get(String(value)) ?? 0) + 1);
  }
  const ordered = [...tally]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, NO_CATEGORY);
  const codeOf = new Map(ordered.map(([value], code) => [value, code]));
  const codes = Uint16Array.from(values, (value) =>
    value === null ? NO_CATEGORY : (codeOf.get(String(value)) ?? NO_CATEGORY),
  );
  return withHeader(
    {
      kind: 'category',
      name,
      count: values.length,
      values: ordered.map(([value]) => value),
      counts: ordered.map(([, count]) => count),
    },
    codes,
  );
}

function numberBytes(
  name: ColumnName,
  values: (string | number | null)[],
  unit: string,
): Uint8Array {
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
