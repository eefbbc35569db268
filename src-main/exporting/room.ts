import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { storedVersion, vectorOf } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import { csvLine, float32 } from '../base/csv.ts';
import { npyHeader } from './npy.ts';
import { heardIds, pagesOf, TRACK_COLUMNS, trackPages, tracksOf } from './track-pages.ts';
import type { ExportedTrack, HeardIds } from './track-pages.ts';

/**
 * `tracks.csv`: every track; `embeddings.csv`: those with a vector, and the vector; `embeddings.npy`: the
 * vectors alone as one matrix; `heard-tracks.csv`: what its rows are; `points.csv`: a map.
 */
export const exportName = z.enum([
  'tracks.csv',
  'heard-tracks.csv',
  'embeddings.csv',
  'embeddings.npy',
  'points.csv',
]);
export type ExportName = z.output<typeof exportName>;

export interface Export {
  type: string;
  /** Made one by one as they are taken: the memory of an export is bounded. */
  pieces: Iterable<string | Uint8Array>;
}

export interface ExportingDeps {
  db: ReadableDb;
  /** The bytes of a map's points. */
  pointsOf(mapId: number): Uint8Array | null;
}

/** What the program knows, for other programs. */
export interface Exporting {
  /** `mapId` is for points only. @throws AppError `not-found` where there is no such map */
  open(name: ExportName, mapId?: number): Export;
}

const CSV = 'text/csv; charset=utf-8';

export function createExporting({ db, pointsOf }: ExportingDeps): Exporting {
  return {
    open: (name, mapId = 0) => {
      if (name === 'tracks.csv') return { type: CSV, pieces: tracksCsv(trackPages(db)) };
      if (name === 'heard-tracks.csv') return { type: CSV, pieces: tracksCsv(heardTracks(db)) };
      if (name === 'embeddings.csv') return { type: CSV, pieces: embeddingsCsv(db) };
      if (name === 'embeddings.npy') {
        return { type: 'application/octet-stream', pieces: embeddingsNpy(db) };
      }
      const points = pointsOf(mapId);
      if (!points) throw new AppError('not-found', 'There is no such map.');
      return { type: CSV, pieces: pointsCsv(db, points) };
    },
  };
}

function* tracksCsv(pages: Iterable<ExportedTrack[]>): Generator<string> {
  yield csvLine([...TRACK_COLUMNS]);
  for (const page of pages) {
    yield page.map((track) => csvLine(TRACK_COLUMNS.map((name) => track[name]))).join('');
  }
}

function* heardTracks(db: ReadableDb): Generator<ExportedTrack[]> {
  for (const page of pagesOf(embeddings(db).trackIds)) yield tracksOf(db, page);
}

function* embeddingsCsv(db: ReadableDb): Generator<string> {
  yield csvLine([...TRACK_COLUMNS, ...featureNames]);
  const { trackIds, recordingIds, vectorAt } = embeddings(db);
  const recordingOf = new Map(trackIds.map((id, row) => [id, recordingIds[row]]));
  for (const page of pagesOf(trackIds)) {
    for (const track of tracksOf(db, page)) {
      const vector = Array.from(vectorAt(recordingOf.get(track.id)!), float32);
      yield csvLine([...TRACK_COLUMNS.map((name) => track[name]), ...vector]);
    }
  }
}

function* embeddingsNpy(db: ReadableDb): Generator<Uint8Array> {
  const { recordingIds, vectorAt } = embeddings(db);
  yield npyHeader(recordingIds.length, FEATURES_MODEL.dims);
  for (const page of pagesOf(recordingIds)) {
    const rows = page.map(vectorAt);
    yield Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)));
  }
}

/** The rows are settled at the start; a vector that goes before it is written counts as not a number. */
function embeddings(db: ReadableDb): HeardIds & { vectorAt(recordingId: number): Float32Array } {
  const { id: model, dims } = FEATURES_MODEL;
  const version = storedVersion(db, model) ?? '';
  const gone = new Float32Array(dims).fill(NaN);
  return {
    ...heardIds(db, model, version),
    vectorAt: (recordingId) => {
      const vector = vectorOf(db, { model, version }, recordingId);
      return vector?.length === dims ? vector : gone;
    },
  };
}

/** `points` as told at `MapInfo`. */
function* pointsCsv(db: ReadableDb, points: Uint8Array): Generator<string> {
  const bytes = points.slice().buffer as ArrayBuffer;
  const [count, dims] = new Uint32Array(bytes, 0, 2);
  const trackIds = new Int32Array(bytes, 8, count);
  const positions = new Float32Array(bytes, 8 + 4 * count, count * dims);
  const rowOf = new Map(Array.from(trackIds, (id, row) => [id, row]));
  yield csvLine(['id', ...['x', 'y', 'z'].slice(0, dims), 'path', 'artist', 'title']);
  for (const page of pagesOf([...trackIds])) {
    for (const { id, path, artist, title } of tracksOf(db, page)) {
      const at = rowOf.get(id)! * dims;
      const position = Array.from(positions.subarray(at, at + dims), float32);
      yield csvLine([id, ...position, path, artist, title]);
    }
  }
}
