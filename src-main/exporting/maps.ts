import type { ReadableDb } from '../database/room.ts';
import { AppError } from '../base/errors.ts';
import type { ColumnName, Region } from '../projection/contract.ts';
import { dotLook } from '../drawing/map/camera.ts';
import { COLUMN_LABELS } from '../drawing/map/column-labels.ts';
import { groupPoints } from '../drawing/map/groups.ts';
import { decodeColumn, decodePoints } from '../drawing/map/point-data.ts';
import type { ColumnData } from '../drawing/map/point-data.ts';
import { csvLine, float32 } from '../base/csv.ts';
import type { PageContent } from './map-page.ts';
import { placeOfName } from './map-scene.ts';
import type { MapContent } from './map-scene.ts';
import { pagesOf, TRACK_COLUMNS, tracksOf } from './track-pages.ts';

/** What exports ask of the maps. */
export interface MapSource {
  pointsOf(mapId: number): Uint8Array | null;
  columnOf(mapId: number, name: ColumnName): Uint8Array | null;
  regionsOf(mapId: number): Region[];
}

/** @throws AppError `not-found` where there is no such map */
export function readMap(source: MapSource, mapId: number, colour: ColumnName): MapContent {
  const points = source.pointsOf(mapId);
  const column = source.columnOf(mapId, colour);
  if (!points || !column) throw new AppError('not-found', 'There is no such map.');
  return {
    points: decodePoints(bufferOf(points)),
    column: decodeColumn(bufferOf(column)),
    regions: source.regionsOf(mapId),
  };
}

/** A buffer of its own: bytes of a `Buffer` begin anywhere in one that many share. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** Places, regions and tags, a line per track, of a map that was read with its regions. */
export function* pointsCsv(
  db: ReadableDb,
  { points, column: region }: MapContent,
): Generator<string> {
  const { dims, trackIds, coordinates, placed } = points;
  const rowOf = new Map(Array.from(trackIds, (id, row) => [id, row]));
  const others = TRACK_COLUMNS.filter((name) => name !== 'id');
  yield csvLine(['id', ...['x', 'y', 'z'].slice(0, dims), 'region', 'placed_later', ...others]);
  for (const page of pagesOf([...trackIds])) {
    for (const track of tracksOf(db, page)) {
      const row = rowOf.get(track.id)!;
      const position = Array.from(coordinates.subarray(row * dims, (row + 1) * dims), float32);
      const tags = others.map((name) => track[name]);
      yield csvLine([track.id, ...position, wordAt(region, row), placed[row], ...tags]);
    }
  }
}

/** What the interactive page shows of a map. */
export function pageContent(db: ReadableDb, { points, column, regions }: MapContent): PageContent {
  const { count, dims, trackIds } = points;
  const [light, dark] = [false, true].map((isDark) => groupPoints(column, count, isDark));
  const tracks = [...pagesOf([...trackIds])].flatMap((page) => tracksOf(db, page));
  const look = dotLook(count, 1, 1000, 800);
  const artists = codesOf(tracks.map(({ artist }) => artist));
  const genres = codesOf(tracks.map(({ genre }) => genre));
  return {
    title: `Map of ${count} tracks`,
    colourBy: column.header.name === 'label' ? 'Label' : COLUMN_LABELS[column.header.name],
    count,
    dims,
    groups: light.groups.map(({ label, colour, shape, count: size }, at) => {
      return { label, light: colour, dark: dark.groups[at].colour, shape, count: size };
    }),
    regions: regions
      .filter(({ level }) => level === 0)
      .map((region) => {
        const { x, top } = placeOfName(region);
        return { name: region.name, x, y: top };
      }),
    dotSize: look.size,
    opacity: look.opacity,
    coordinates: base64(points.coordinates),
    groupOf: base64(light.groupOf),
    titles: tracks.map(({ title }) => title),
    artists: artists.codes,
    genres: genres.codes,
    artistNames: artists.names,
    genreNames: genres.names,
  };
}

/** Words as numbers into a list of them; -1: none. */
function codesOf(words: string[]): { names: string[]; codes: number[] } {
  const codeOf = new Map<string, number>();
  for (const word of words) if (word !== '' && !codeOf.has(word)) codeOf.set(word, codeOf.size);
  return { names: [...codeOf.keys()], codes: words.map((word) => codeOf.get(word) ?? -1) };
}

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function wordAt({ header, values }: ColumnData, row: number): string | null {
  return header.kind === 'category' ? (header.values[values[row]] ?? null) : null;
}
