import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Dims } from './contract.ts';

/** Where the recordings of a map lie, in ascending order of recording id. */
export interface MapPlaces {
  recordingIds: Int32Array;
  /** One row of the map's dims each. */
  coordinates: Float32Array;
  /** 1: placed by its neighbours after the fit. */
  placed: Uint8Array;
}

/** A map without any place, or one that is no longer there, is empty. */
export function mapPlaces(db: ReadableDb, { id, dims }: { id: number; dims: Dims }): MapPlaces {
  const stored = db.prepare('SELECT places FROM maps WHERE id = ?').pluck().get(id);
  const bytes = (stored as Buffer | undefined) ?? Buffer.alloc(0);
  const count = bytes.length / bytesOfOne(dims);
  // A copy, because SQLite's buffers need not be aligned.
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return {
    recordingIds: new Int32Array(buffer, 0, count),
    coordinates: new Float32Array(buffer, 4 * count, count * dims),
    placed: new Uint8Array(buffer, 4 * count * (1 + dims), count),
  };
}

/** Of a map that was fitted, in any order. */
export function savePlaces(
  db: WritableDb,
  map: { id: number; dims: Dims },
  { recordingIds, coordinates }: Omit<MapPlaces, 'placed'>,
): void {
  store(db, map, { recordingIds, coordinates, placed: new Uint8Array(recordingIds.length) });
}

/** What was placed later, in any order; none of it may be on the map yet. */
export function addPlaces(
  db: WritableDb,
  map: { id: number; dims: Dims },
  { recordingIds, coordinates }: Omit<MapPlaces, 'placed'>,
): void {
  const before = mapPlaces(db, map);
  store(db, map, {
    recordingIds: joined(Int32Array, before.recordingIds, recordingIds),
    coordinates: joined(Float32Array, before.coordinates, coordinates),
    placed: joined(Uint8Array, before.placed, new Uint8Array(recordingIds.length).fill(1)),
  });
}

function joined<Values extends Int32Array | Float32Array | Uint8Array>(
  Kind: new (length: number) => Values,
  first: Values,
  second: Values,
): Values {
  const all = new Kind(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function store(db: WritableDb, { id, dims }: { id: number; dims: Dims }, places: MapPlaces): void {
  const { recordingIds, coordinates, placed } = inOrder(places, dims);
  const bytes = Buffer.concat([bytesOf(recordingIds), bytesOf(coordinates), placed]);
  db.prepare('UPDATE maps SET places = ? WHERE id = ?').run(bytes, id);
}

const bytesOfOne = (dims: Dims): number => 4 + 4 * dims + 1;

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function inOrder(places: MapPlaces, dims: Dims): MapPlaces {
  const { recordingIds, coordinates, placed } = places;
  if (recordingIds.every((id, row) => row === 0 || recordingIds[row - 1] < id)) return places;
  const order = Uint32Array.from(recordingIds.keys()).sort(
    (a, b) => recordingIds[a] - recordingIds[b],
  );
  const sorted = new Float32Array(coordinates.length);
  order.forEach((row, at) =>
    sorted.set(coordinates.subarray(row * dims, (row + 1) * dims), at * dims),
  );
  return {
    recordingIds: Int32Array.from(order, (row) => recordingIds[row]),
    coordinates: sorted,
    placed: Uint8Array.from(order, (row) => placed[row]),
  };
}
