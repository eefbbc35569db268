import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { storedVersion, vectorOf } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import { csvLine, float32 } from '../base/csv.ts';
import type { OpenedJourney } from '../journey/room.ts';
import { journeyPng } from './journey-png.ts';
import { pageOf } from './map-page.ts';
import { pngOf } from './map-png.ts';
import { layOutScene } from './map-scene.ts';
import { svgOf } from './map-svg.ts';
import { decodePoints } from '../drawing/map/point-data.ts';
import { pageContent, pointsCsv, readMap } from './maps.ts';
import type { MapSource } from './maps.ts';
import { npyHeader } from './npy.ts';
import { MOST_PIXELS, pictureOptions } from './picture-options.ts';
import type { PictureOptions } from './picture-options.ts';
import { heardIds, pagesOf, TRACK_COLUMNS, trackPages, tracksOf } from './track-pages.ts';
import type { ExportedTrack, HeardIds } from './track-pages.ts';

/**
 * `tracks.csv`: every track; `embeddings.csv`: those with a vector, and the vector; `embeddings.npy`: the
 * vectors alone as one matrix; `heard-tracks.csv`: what its rows are. Of a map: `points.csv`: places, regions
 * and tags; `map.png` and `map.svg`: pictures; `map.html`: a page to move about in.
 */
export const exportName = z.enum([
  'tracks.csv',
  'heard-tracks.csv',
  'embeddings.csv',
  'embeddings.npy',
  'points.csv',
  'map.png',
  'map.svg',
  'map.html',
]);
export type ExportName = z.output<typeof exportName>;
export { journeyPng, pictureOptions };

export interface Export {
  type: string;
  /** Made one by one as they are taken: the memory of an export is bounded. */
  pieces: Iterable<string | Uint8Array>;
}

export interface ExportingDeps {
  db: ReadableDb;
  maps: MapSource;
}

/** What the program knows, for other programs. */
export interface Exporting {
  /**
   * @param mapId for what is of a map @param picture how it is drawn @param model whose vectors
   * @throws AppError `not-found` where there is no such map, `bad-input` where a picture would be too large
   */
  open(name: ExportName, mapId?: number, picture?: PictureOptions, model?: string): Export;
  /** PNG. */
  journeyPicture(title: string, opened: OpenedJourney): Uint8Array;
}

const CSV = 'text/csv; charset=utf-8';

export function createExporting({ db, maps }: ExportingDeps): Exporting {
  return {
    open: (name, mapId = 0, picture = pictureOptions.parse({}), model = FEATURES_MODEL.id) => {
      switch (name) {
        case 'tracks.csv':
          return { type: CSV, pieces: tracksCsv(trackPages(db)) };
        case 'heard-tracks.csv':
          return { type: CSV, pieces: tracksCsv(heardTracks(db, model)) };
        case 'embeddings.csv':
          return { type: CSV, pieces: embeddingsCsv(db, model) };
        case 'embeddings.npy':
          return { type: 'application/octet-stream', pieces: embeddingsNpy(db, model) };
        case 'points.csv': {
          const content = readMap(maps, mapId, 'region');
          return { type: CSV, pieces: pointsCsv(db, content) };
        }
        default:
          return openPicture(name, mapId, picture);
      }
    },
    journeyPicture: (title, { journey, bytes }) => {
      const points = journey.place && maps.pointsOf(journey.place.mapId);
      const places = points
        ? decodePoints(new Uint8Array(points).buffer).coordinates
        : new Float32Array();
      return journeyPng({ title, journey, bytes, places });
    },
  };

  function openPicture(
    name: 'map.png' | 'map.svg' | 'map.html',
    mapId: number,
    options: PictureOptions,
  ): Export {
    const content = readMap(maps, mapId, options.colour);
    if (name === 'map.html') {
      return { type: 'text/html; charset=utf-8', pieces: [pageOf(pageContent(db, content))] };
    }
    const scene = layOutScene(content, options);
    if (name === 'map.svg') return { type: 'image/svg+xml', pieces: svgOf(scene) };
    if (options.width * options.height > MOST_PIXELS) {
      const most = MOST_PIXELS / 1e6;
      const advice = `A picture has at most ${most} million pixels. An SVG file has no such bound.`;
      throw new AppError('bad-input', advice);
    }
    return { type: 'image/png', pieces: [pngOf(scene)] };
  }
}

function* tracksCsv(pages: Iterable<ExportedTrack[]>): Generator<string> {
  yield csvLine([...TRACK_COLUMNS]);
  for (const page of pages) {
    yield page.map((track) => csvLine(TRACK_COLUMNS.map((name) => track[name]))).join('');
  }
}

function* heardTracks(db: ReadableDb, model: string): Generator<ExportedTrack[]> {
  for (const page of pagesOf(embeddings(db, model).trackIds)) yield tracksOf(db, page);
}

function* embeddingsCsv(db: ReadableDb, model: string): Generator<string> {
  const { trackIds, recordingIds, dims, vectorAt } = embeddings(db, model);
  const names =
    model === FEATURES_MODEL.id
      ? featureNames
      : Array.from({ length: dims }, (_, d) => `${model}_${d}`);
  yield csvLine([...TRACK_COLUMNS, ...names]);
  const recordingOf = new Map(trackIds.map((id, row) => [id, recordingIds[row]]));
  for (const page of pagesOf(trackIds)) {
    for (const track of tracksOf(db, page)) {
      const vector = Array.from(vectorAt(recordingOf.get(track.id)!), float32);
      yield csvLine([...TRACK_COLUMNS.map((name) => track[name]), ...vector]);
    }
  }
}

function* embeddingsNpy(db: ReadableDb, model: string): Generator<Uint8Array> {
  const { recordingIds, dims, vectorAt } = embeddings(db, model);
  yield npyHeader(recordingIds.length, dims);
  for (const page of pagesOf(recordingIds)) {
    const rows = page.map(vectorAt);
    yield Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)));
  }
}

/** The rows are settled at the start; a vector that goes before it is written counts as not a number. */
function embeddings(
  db: ReadableDb,
  model: string,
): HeardIds & { dims: number; vectorAt(recordingId: number): Float32Array } {
  const version = storedVersion(db, model) ?? '';
  const heard = heardIds(db, model, version);
  const [first] = heard.recordingIds;
  const dims =
    model === FEATURES_MODEL.id
      ? FEATURES_MODEL.dims
      : ((first && vectorOf(db, { model, version }, first)?.length) ?? 0);
  const gone = new Float32Array(dims).fill(NaN);
  return {
    ...heard,
    dims,
    vectorAt: (recordingId) => {
      const vector = vectorOf(db, { model, version }, recordingId);
      return vector?.length === dims ? vector : gone;
    },
  };
}
