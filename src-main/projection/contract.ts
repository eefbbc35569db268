import { z } from 'zod';
import { call, id, nothing } from '../base/contract.ts';

export const dims = z.union([z.literal(2), z.literal(3)]);
export type Dims = z.output<typeof dims>;

export const fitParameters = z.object({
  dims: dims.default(2),
  method: z.enum(['umap', 'tsne', 'pca']).default('umap'),
  model: z.string().max(100).default('features'),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
  neighbours: z.number().int().min(2).max(200).default(15),
  minDist: z.number().min(0).max(0.99).default(0.1),
  /** t-SNE only: how many neighbours a track feels, softly. */
  perplexity: z.number().min(2).max(100).default(30),
});
export type FitParameters = z.output<typeof fitParameters>;

/**
 * A map of the library. Its points are at `/points/:id?v=:version`: little-endian
 * Uint32 [count, dims], then Int32 trackId[count], Float32 coordinate[count × dims],
 * Uint8 placed[count] (1: placed by its neighbours after the fit).
 * `/columns/:id/:name?v=:version` gives one value per point in the same order, see `ColumnHeader`.
 */
export interface MapInfo {
  id: number;
  version: number;
  parameters: FitParameters;
  count: number;
  /** How many points were placed after the fit without moving it. */
  placedCount: number;
  /** Tracks of the library that have no vector yet. */
  waitingCount: number;
  createdAt: string;
}

export const columnName = z.enum([
  'genre',
  'artist',
  'album',
  'folder',
  'year',
  'tempo',
  'key',
  'loudness',
]);
export type ColumnName = z.output<typeof columnName>;

/**
 * Bytes of a column: Uint32 length of the JSON header (padded with spaces to a multiple of 4), the
 * header, then per point a Uint16 code (65535: none) for categories or a Float32 (NaN: none) for numbers.
 * Categories are ordered by how many points carry them.
 */
export type ColumnHeader =
  | { kind: 'category'; name: ColumnName; count: number; values: string[]; counts: number[] }
  | { kind: 'number'; name: ColumnName; count: number; unit: string; min: number; max: number };

export interface ProjectionProgress {
  dims: Dims;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  stage: 'neighbours' | 'layout';
  /** 0 to 1 over both stages. */
  fraction: number;
  message: string | null;
}

export const projectionCalls = {
  /** The map now in force, or null before the first fit. */
  'projection.getMap': call<MapInfo | null>()(
    z.object({ dims: dims.default(2) }).default({ dims: 2 }),
  ),
  /** Fits anew and answers when the map is stored. */
  'projection.fit': call<MapInfo>()(fitParameters.prefault({})),
  'projection.cancel': call<void>()(nothing),
};

export interface ProjectionEvents {
  'projection.progressed': ProjectionProgress;
  'projection.changed': MapInfo;
}

export const mapId = id;
