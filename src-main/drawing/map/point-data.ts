import type { ColumnHeader } from '../../projection/contract.ts';

/** The points of a map, in one order for all arrays. */
export interface PointData {
  count: number;
  dims: 2 | 3;
  /** Ascending. */
  trackIds: Int32Array;
  /** `count` × `dims`. */
  coordinates: Float32Array;
  /** 1: placed by its neighbours after the fit. */
  placed: Uint8Array;
}

/** One value per point: a code into `header.values`, or a number. */
export interface ColumnData {
  header: ColumnHeader;
  values: Uint16Array | Float32Array;
}

export const NO_CODE = 65535;

const TOO_SHORT = 'The map ends too soon.';
/** Far above every library; a count beyond it is damage. */
const MOST_POINTS = 50_000_000;

/** @throws RangeError where the bytes are no points */
export function decodePoints(buffer: ArrayBuffer): PointData {
  if (buffer.byteLength < 8) throw new RangeError(TOO_SHORT);
  const [count, dims] = new Uint32Array(buffer, 0, 2);
  if (dims !== 2 && dims !== 3) throw new RangeError('The map has neither 2 nor 3 dimensions.');
  const coordinatesAt = 8 + 4 * count;
  const placedAt = coordinatesAt + 4 * count * dims;
  if (count > MOST_POINTS || buffer.byteLength < placedAt + count) throw new RangeError(TOO_SHORT);
  const coordinates = new Float32Array(buffer, coordinatesAt, count * dims);
  // One that is not finite leaves the sum so; as numbers of single precision they cannot add up to infinity.
  let sum = 0;
  for (let i = 0; i < coordinates.length; i++) sum += coordinates[i];
  if (!Number.isFinite(sum)) throw new RangeError('The map holds places that are no numbers.');
  return {
    count,
    dims,
    trackIds: new Int32Array(buffer, 8, count),
    coordinates,
    placed: new Uint8Array(buffer, placedAt, count),
  };
}

/** @throws RangeError or SyntaxError where the bytes are no column */
export function decodeColumn(buffer: ArrayBuffer): ColumnData {
  if (buffer.byteLength < 4) throw new RangeError(TOO_SHORT);
  const [length] = new Uint32Array(buffer, 0, 1);
  const at = 4 + length;
  if (buffer.byteLength < at) throw new RangeError(TOO_SHORT);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const header = JSON.parse(text) as ColumnHeader;
  const values =
    header.kind === 'category'
      ? new Uint16Array(buffer, at, header.count)
      : new Float32Array(buffer, at, header.count);
  return { header, values };
}

/** Place of a track among the points; -1 where it is not on the map. */
export function indexOfTrack({ trackIds }: PointData, trackId: number): number {
  let [from, to] = [0, trackIds.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (trackIds[middle] < trackId) from = middle + 1;
    else to = middle;
  }
  return trackIds[from] === trackId ? from : -1;
}
