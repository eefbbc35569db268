import { availableParallelism } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { openVectorSpace } from '../similarity/room.ts';
import type { VectorSpace } from '../similarity/room.ts';
import type { FitParameters } from './contract.ts';
import { fitMap, placeInMap } from './fit.ts';
import type { FitProgress } from './fit.ts';
import { mapById, recordingPoints } from './map-table.ts';
import type { RecordingCoordinates } from './worker-table.ts';

const threads = availableParallelism();

/** Runs in the projection process: fits a map over every recording that the model has heard. */
export async function fitLibrary(
  db: ReadableDb,
  parameters: FitParameters,
  onProgress: FitProgress,
): Promise<RecordingCoordinates & { modelVersion: string }> {
  const space = openVectorSpace(db, parameters.model);
  if (!space) throw new AppError('unavailable', 'No track has been analysed by this model yet.');
  const { points: coordinates } = await fitMap(
    { ...parameters, vectors: space.rows, width: space.dims, threads },
    onProgress,
  );
  return { recordingIds: space.recordingIds, coordinates, modelVersion: space.model.version };
}

/** Runs in the projection process: places what is not on the map yet by its neighbours there. */
export async function placeInLibrary(db: ReadableDb, mapId: number): Promise<RecordingCoordinates> {
  const map = mapById(db, mapId);
  const space = map && openVectorSpace(db, map.parameters.model);
  if (!map || !space) return { recordingIds: new Int32Array(0), coordinates: new Float32Array(0) };
  const points = recordingPoints(db, map);
  const pointOf = new Map(Array.from(points.recordingIds, (id, row) => [id, row]));
  const rows = Array.from(space.recordingIds, (_, row) => row);
  const onMap = rows.filter((row) => pointOf.has(space.recordingIds[row]));
  const added = rows.filter((row) => !pointOf.has(space.recordingIds[row]));
  const coordinates = await placeInMap({
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
  return { recordingIds: Int32Array.from(added, (row) => space.recordingIds[row]), coordinates };
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
