import { z } from 'zod';
import { call, id, nothing } from '../base/contract.ts';

export const dims = z.literal([2, 3]);
export type Dims = z.output<typeof dims>;

const modelId = z.string().max(100).default('features');

export const fitParameters = z.object({
  dims: dims.default(2),
  method: z.enum(['umap', 'tsne', 'pca']).default('umap'),
  model: modelId,
  seed: z.number().int().min(0).max(0xffffffff).default(42),
  neighbours: z.number().int().min(2).max(200).default(15),
  minDist: z.number().min(0).max(0.99).default(0.1),
  /** t-SNE only: how many neighbours a track feels, softly. */
  perplexity: z.number().min(2).max(100).default(30),
});
export type FitParameters = z.output<typeof fitParameters>;

/** How the points of a map came about; those of an autoencoder are given to the map as they are. */
export type MapMethod = FitParameters['method'] | 'autoencoder';
export interface MapParameters extends Omit<FitParameters, 'method'> {
  method: MapMethod;
}

/** How far a map can be trusted over 15 neighbours, each 0 to 1. */
export interface MapScores {
  /** What lies near on the map sounds alike. */
  trustworthiness: number;
  /** What sounds alike lies near on the map. */
  continuity: number;
  /** Part of the 15 nearest in sound that are among the 15 nearest on the map. */
  recall: number;
}

/**
 * A map of the library. Its points are at `/points/:id?v=:version`: little-endian
 * Uint32 [count, dims], then Int32 trackId[count], Float32 coordinate[count × dims],
 * Uint8 placed[count] (1: placed by its neighbours after the fit).
 * `/columns/:id/:name?v=:version` gives one value per point in the same order, see `ColumnHeader`.
 */
export interface MapInfo {
  id: number;
  /** Whether it is the one shown for its model and number of dimensions. */
  inForce: boolean;
  /** Null for maps made before they were measured. */
  scores: MapScores | null;
  version: number;
  parameters: MapParameters;
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
  'trust',
  'region',
  'duration',
  'added',
  'agreement',
]);
export type ColumnName = z.output<typeof columnName>;

/**
 * Bytes of a column: Uint32 length of the JSON header (padded with spaces to a multiple of 4), the
 * header, then per point a Uint16 code (65535: none) for categories or a Float32 (NaN: none) for numbers.
 * Categories are ordered by how many points carry them.
 */
export type ColumnHeader =
  | {
      kind: 'category';
      /** `label`: of a set of labels. */
      name: ColumnName | 'label';
      count: number;
      values: string[];
      counts: number[];
    }
  | { kind: 'number'; name: ColumnName; count: number; unit: string; min: number; max: number };

export interface ProjectionProgress {
  dims: Dims;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  stage: 'neighbours' | 'layout';
  /** 0 to 1 over both stages. */
  fraction: number;
  message: string | null;
  /** Goes up when the bytes at `/preview` changed: the map as it forms, laid out as `/points`. 0: none yet. */
  previewVersion: number;
}

/** A true neighbour of a track: one of its 15 nearest in the embedding. */
export interface TrueNeighbour {
  trackId: number;
  /** Whether it is near on the map too (among the 45 nearest); null where the track was placed later. */
  isNear: boolean | null;
}

/** How far a track lies from where it was, as a part of the map's width. */
export interface MovedTrack {
  trackId: number;
  distance: number;
}

/** A place on a map with a name. Regions of level 0 are the overview; deeper ones lie in a parent. */
export interface Region {
  id: number;
  level: number;
  parentId: number | null;
  /** The user's own name, or the words found in the tags. */
  name: string;
  /** Whether the name is the user's own. */
  isRenamed: boolean;
  /** Tracks in it now. */
  count: number;
  /** 0 to 1: part of the tracks with a genre that have the most frequent one. */
  purity: number;
  /** 0 to 1: part of the tracks without a genre. */
  unlabelled: number;
  /** Where its name goes: as many coordinates as the map has dimensions. */
  centre: number[];
  /** Soft outlines on a 2-D map, each [x, y, x, y, …] without the first point again at the end. */
  contours: number[][];
}

const mapKind = z.object({ dims: dims.default(2), model: modelId }).prefault({});

export const projectionCalls = {
  /** The map now in force of what a model hears, or null before the first fit. */
  'projection.getMap': call<MapInfo | null>()(mapKind),
  /** Fits anew and answers when the map is stored. */
  'projection.fit': call<MapInfo>()(fitParameters.prefault({})),
  'projection.cancel': call<void>()(nothing),
  /** Every map that is kept, the newest first; of every model where none is named. */
  'projection.listMaps': call<MapInfo[]>()(
    z.object({ dims: dims.default(2), model: z.string().max(100).optional() }).prefault({}),
  ),
  /** Puts a kept map in force: undo is the map before. */
  'projection.useMap': call<MapInfo>()(z.object({ mapId: id })),
  /** A map in force is not removed. */
  'projection.removeMap': call<void>()(z.object({ mapId: id })),
  /** What lies elsewhere on the second map than on the first, the farthest first. */
  'projection.listMoved': call<MovedTrack[]>()(
    z.object({
      fromMapId: id,
      toMapId: id,
      count: z.number().int().min(1).max(1000).default(50),
    }),
  ),
  'projection.trueNeighbours': call<TrueNeighbour[]>()(z.object({ mapId: id, trackId: id })),
  'projection.getRegions': call<Region[]>()(z.object({ mapId: id })),
  /** Ids of the tracks in a region and in the regions inside it, by artist, album and number. */
  'projection.listRegionTracks': call<number[]>()(z.object({ regionId: id })),
  /** An empty name gives the found one back. */
  'projection.renameRegion': call<Region>()(
    z.object({ regionId: id, name: z.string().trim().max(100) }),
  ),
};

export interface ProjectionEvents {
  'projection.progressed': ProjectionProgress;
  'projection.changed': MapInfo;
}
