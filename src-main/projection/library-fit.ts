import { availableParallelism } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { FEATURES_MODEL } from '../features/room.ts';
import { neighbourGraph, openVectorSpace, VectorIndex } from '../similarity/room.ts';
import type { VectorSpace } from '../similarity/room.ts';
import type { FitParameters, MapParameters, MapScores } from './contract.ts';
import { fitMap, placeInMap } from './fit.ts';
import type { FitStage } from './fit.ts';
import type { KnnGraph } from './fuzzy-graph.ts';
import { mapPlaces } from './map-places.ts';
import { currentMap, mapById } from './map-table.ts';
import type { FittedRows, PointRows } from './map-table.ts';
import { registerMap } from './registration.ts';
import { tagsOfRecordings } from './region-table.ts';
import { findRegions } from './regions.ts';
import { soundsOfRecordings } from './sound-table.ts';
import { TRUE_NEIGHBOURS, trustPerTrack } from './track-trust.ts';
import { measureTrust } from './trust.ts';
import type { FormingMap, LibraryMap } from './worker-table.ts';

const threads = availableParallelism();
/** What comes after the layout takes about this part of the time. */
const AFTERWARDS = 0.1;
/** Milliseconds between two pictures of a forming map; large ones would fill the channel to the parent. */
const previewPause = (points: number): number => Math.max(500, points / 25);
/** Points whose ranks among all are looked at for the scores: at most so many distances. */
const MOST_DISTANCES = 20_000_000;

type LibraryProgress = (news: {
  stage: FitStage;
  fraction: number;
  forming: FormingMap | null;
}) => void;

/**
 * Runs in the projection process: fits a map over every recording that the model has heard, lays it over
 * the map in force, measures it and finds its regions.
 * @throws AppError `unavailable` where nothing was heard yet
 */
export async function fitLibrary(
  db: ReadableDb,
  parameters: FitParameters,
  onProgress: LibraryProgress,
): Promise<LibraryMap> {
  const space = openVectorSpace(db, parameters.model);
  if (!space) throw new AppError('unavailable', 'No track has been analysed by this model yet.');
  const { recordingIds } = space;
  const overOld = registrationOver(db, parameters, recordingIds);
  const pause = previewPause(recordingIds.length);
  let nextPreview = performance.now() + pause;
  const fitted = await fitMap(
    { ...parameters, vectors: space.rows, width: space.dims, threads },
    (stage, fraction, points) => {
      const isDue = points !== null && performance.now() >= nextPreview;
      if (isDue) nextPreview = performance.now() + pause;
      const forming = isDue ? { recordingIds, coordinates: overOld(points) } : null;
      onProgress({ stage, fraction: (1 - AFTERWARDS) * fraction, forming });
    },
  );
  const coordinates = overOld(fitted.points);
  onProgress({
    stage: 'layout',
    fraction: 1 - AFTERWARDS,
    forming: { recordingIds, coordinates },
  });
  return describeMap(db, space, fitted.graph, coordinates, parameters);
}

/**
 * Runs in the projection process: a map of points that were made elsewhere. Trust, scores and regions are
 * those of what the model of the parameters hears; recordings that it has not heard are left out.
 * @throws AppError `unavailable` where it has heard none of them
 */
export async function adoptPoints(
  db: ReadableDb,
  parameters: MapParameters,
  { recordingIds, coordinates }: FormingMap,
): Promise<LibraryMap> {
  const pointOf = new Map(Array.from(recordingIds, (id, row) => [id, row]));
  const all = openVectorSpace(db, parameters.model);
  const rows = all
    ? [...all.recordingIds.keys()].filter((r) => pointOf.has(all.recordingIds[r]))
    : [];
  if (!all || rows.length === 0) {
    throw new AppError('unavailable', 'No track of this map has been analysed by this model yet.');
  }
  const space: VectorSpace = {
    ...all,
    recordingIds: Int32Array.from(rows, (row) => all.recordingIds[row]),
    rows: rowsOf(all, rows),
  };
  const own = Array.from(space.recordingIds, (id) => pointOf.get(id)!);
  const points = gather(coordinates, parameters.dims, own);
  const graph = await neighbourGraph(space.rows, space.dims, TRUE_NEIGHBOURS, { threads });
  const overOld = registrationOver(db, parameters, space.recordingIds);
  return describeMap(db, space, graph, overOld(points), parameters);
}

async function describeMap(
  db: ReadableDb,
  space: VectorSpace,
  graph: KnnGraph,
  coordinates: Float32Array,
  { dims, seed }: Pick<MapParameters, 'dims' | 'seed'>,
): Promise<LibraryMap> {
  const { recordingIds, model } = space;
  const known = {
    tags: tagsOfRecordings(db, recordingIds),
    sounds: soundsOfRecordings(db, recordingIds),
  };
  return {
    modelVersion: model.version,
    points: withTrust(recordingIds, coordinates, graph, dims),
    scores: await scoresOf(space, coordinates, { dims, seed }),
    regions: findRegions(graph, coordinates, dims, known, seed),
  };
}

/**
 * Runs in the projection process: places what is not on the map yet by its neighbours there. Null where nothing of
 * the map is heard any more, so that it has no place for anything.
 */
export async function placeInLibrary(db: ReadableDb, mapId: number): Promise<PointRows | null> {
  const map = mapById(db, mapId);
  const space = map && openVectorSpace(db, map.parameters.model);
  if (!map || !space) return NOTHING;
  const points = mapPlaces(db, map);
  const pointOf = new Map(Array.from(points.recordingIds, (id, row) => [id, row]));
  const rows = Array.from(space.recordingIds, (_, row) => row);
  const onMap = rows.filter((row) => pointOf.has(space.recordingIds[row]));
  const added = rows.filter((row) => !pointOf.has(space.recordingIds[row]));
  if (onMap.length === 0) return null;
  const placed = await placeInMap({
    ...map.parameters,
    vectors: rowsOf(space, onMap),
    coordinates: gather(
      points.coordinates,
      map.dims,
      onMap.map((row) => pointOf.get(space.recordingIds[row])!),
    ),
    added: rowsOf(space, added),
    width: space.dims,
    threads,
  });
  return {
    recordingIds: Int32Array.from(added, (row) => space.recordingIds[row]),
    coordinates: placed.points,
    neighbours: placed.graph.indices.map((row) => space.recordingIds[onMap[row]]),
  };
}

const NOTHING: PointRows = {
  recordingIds: new Int32Array(0),
  coordinates: new Float32Array(0),
  neighbours: new Int32Array(0),
};

/** Lays points over the map in force, of a new model over that of the features, by the recordings that both have. */
function registrationOver(
  db: ReadableDb,
  { dims, model }: Pick<MapParameters, 'dims' | 'model'>,
  recordingIds: Int32Array,
): (points: Float32Array) => Float32Array {
  const old = currentMap(db, dims, model) ?? currentMap(db, dims, FEATURES_MODEL.id);
  if (!old) return (points) => points.slice();
  const before = mapPlaces(db, old);
  const rowOf = new Map(Array.from(before.recordingIds, (id, row) => [id, row]));
  const shared = Array.from(recordingIds.keys()).filter((row) => rowOf.has(recordingIds[row]));
  const targets = gather(
    before.coordinates,
    dims,
    shared.map((row) => rowOf.get(recordingIds[row])!),
  );
  return (points) => registerMap(points, dims, shared, targets);
}

function withTrust(
  recordingIds: Int32Array,
  coordinates: Float32Array,
  graph: KnnGraph,
  dims: 2 | 3,
): FittedRows {
  const k = Math.min(TRUE_NEIGHBOURS, graph.k);
  const neighbours = new Int32Array(recordingIds.length * k);
  for (let row = 0; row < recordingIds.length; row++) {
    for (let e = 0; e < k; e++) {
      neighbours[row * k + e] = recordingIds[graph.indices[row * graph.k + e]];
    }
  }
  return { recordingIds, coordinates, neighbours, ...trustPerTrack(graph, coordinates, dims) };
}

/** Trustworthiness, continuity and recall; of a seeded sample where the library is large. */
async function scoresOf(
  { rows, dims: width, recordingIds }: VectorSpace,
  points: Float32Array,
  { dims, seed }: Pick<MapParameters, 'dims' | 'seed'>,
): Promise<MapScores> {
  const index = await VectorIndex.create(rows, recordingIds, { threads });
  try {
    const distancesOf = async (row: number): Promise<Float32Array> => {
      const similarities = await index.similarities(rows.subarray(row * width, (row + 1) * width));
      return similarities.map((similarity) => -similarity);
    };
    const sampleAbove = Math.floor(MOST_DISTANCES / Math.max(1, recordingIds.length));
    return await measureTrust({ distancesOf, points, dims, k: TRUE_NEIGHBOURS, seed, sampleAbove });
  } finally {
    await index.close();
  }
}

const rowsOf = (space: VectorSpace, rows: number[]): Float32Array =>
  gather(space.rows, space.dims, rows);

function gather(matrix: Float32Array, width: number, rows: number[]): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, i) =>
    gathered.set(matrix.subarray(row * width, (row + 1) * width), i * width),
  );
  return gathered;
}
