import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { WritableDb } from '../database/room.ts';
import { otherModelsMaps } from './agreement.ts';
import { fitParameters } from './contract.ts';
import type {
  ColumnName,
  Dims,
  FitParameters,
  MapInfo,
  MapMethod,
  MapParameters,
  MovedTrack,
  ProjectionEvents,
  ProjectionProgress,
  Region,
  TrueNeighbour,
  projectionCalls,
} from './contract.ts';
import {
  allMaps,
  currentMap,
  currentMaps,
  deleteMap,
  hasTracksToPlace,
  insertMap,
  mapById,
  neighboursOf,
  placePoints,
  putInForce,
  raiseVersion,
  tracksOfRecordings,
} from './map-table.ts';
import type { StoredMap } from './map-table.ts';
import { mapPlaces } from './map-places.ts';
import { movedRecordings } from './moved.ts';
import { mapOpener } from './opened-map.ts';
import { columnBytes, formingBytes, labelColumnBytes, pointBytes } from './point-bytes.ts';
import {
  insertRegions,
  regionById,
  regionsOfMap,
  setGivenName,
  tracksOfRegion,
} from './region-table.ts';
import type { FormingMap, LibraryMap, ProjectionWorkerTable } from './worker-table.ts';

const REGION_GONE = 'This region is no longer there.';

export { applyPca, fitPca } from './pca.ts';

export interface ProjectionDeps {
  db: WritableDb;
  databasePath: string;
  forkWorker(): WorkerProcess;
}

/** The maps of the library: fitted in a process that may be stopped at any time. */
export interface Projection {
  calls: Handlers<typeof projectionCalls>;
  events: Emitter<ProjectionEvents>;
  fit(parameters: FitParameters): Promise<MapInfo>;
  /**
   * Makes a map of points that were made elsewhere and puts it in force for the features.
   * @param points one row of `dims` coordinates per recording
   */
  adopt(method: MapMethod, dims: Dims, points: FormingMap): Promise<MapInfo>;
  /**
   * Places what was analysed since into the maps in force, without moving them. One of which nothing is heard any
   * more is made anew instead.
   */
  placeNew(): Promise<void>;
  /** The vectors of a model were removed: its maps go too. */
  removeMapsOf(model: string): void;
  /** Tracks were removed, excluded or retagged: points and columns are read anew. */
  refresh(): void;
  regionsOf(mapId: number): Region[];
  pointsOf(mapId: number): Uint8Array | null;
  columnOf(mapId: number, name: ColumnName): Uint8Array | null;
  /** A column of what is known by track: the first label of each. */
  labelColumnOf(mapId: number, labels: ReadonlyMap<number, readonly string[]>): Uint8Array | null;
  /** The map as it forms, laid out as points are; null while none is made. */
  previewOf(): Uint8Array | null;
  close(): void;
}

export function createProjection({ db, databasePath, forkWorker }: ProjectionDeps): Projection {
  const events = new Emitter<ProjectionEvents>();
  const fitting = new WorkerCalls<ProjectionWorkerTable>(forkWorker);
  const placing = new WorkerCalls<ProjectionWorkerTable>(forkWorker);
  const open = mapOpener(db);
  let isFitting = false;
  let forming: FormingMap | null = null;
  let previewVersion = 0;
  let placement: Promise<void> | null = null;

  async function fit(parameters: FitParameters): Promise<MapInfo> {
    if (isFitting) throw new AppError('busy', 'A map is being made. Wait for it or cancel it.');
    isFitting = true;
    const report = (progress: Omit<ProjectionProgress, 'dims' | 'previewVersion'>): void =>
      events.emit('projection.progressed', { dims: parameters.dims, previewVersion, ...progress });
    try {
      report({ state: 'running', stage: 'neighbours', fraction: 0, message: null });
      const made = await fitting.call('fit', { databasePath, parameters }, (news) => {
        if (news.forming) {
          forming = news.forming;
          previewVersion++;
        }
        const { stage, fraction } = news;
        report({ state: 'running', stage, fraction, message: null });
      });
      const map = store(parameters, made);
      report({ state: 'done', stage: 'layout', fraction: 1, message: null });
      announceToOthers(map);
      return announce(map);
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      const state = code === 'cancelled' ? 'cancelled' : 'failed';
      report({ state, stage: 'layout', fraction: 0, message });
      throw thrown;
    } finally {
      isFitting = false;
      forming = null;
      previewVersion = 0;
      fitting.stop(); // The vectors of a large library would stay in its memory.
    }
  }

  async function adopt(method: MapMethod, dims: Dims, points: FormingMap): Promise<MapInfo> {
    const parameters: MapParameters = { ...fitParameters.parse({ dims }), method };
    const adopting = new WorkerCalls<ProjectionWorkerTable>(forkWorker);
    try {
      const map = store(
        parameters,
        await adopting.call('adopt', { databasePath, parameters, points }),
      );
      announceToOthers(map);
      return announce(map);
    } finally {
      adopting.stop();
    }
  }

  function store(parameters: MapParameters, made: LibraryMap): StoredMap {
    const { modelVersion, scores, points, regions } = made;
    const createdAt = new Date().toISOString();
    return db.transaction(() => {
      const id = insertMap(db, { parameters, modelVersion, scores, createdAt }, points);
      insertRegions(db, id, points.recordingIds, regions);
      return existing(id);
    })();
  }

  async function placeIntoAll(): Promise<void> {
    for (const map of currentMaps(db)) {
      const { method, ...parameters } = map.parameters;
      // Its points are not made of the vectors, so that neighbours say nothing about where new ones lie.
      if (method === 'autoencoder') continue;
      if (!hasTracksToPlace(db, map)) continue;
      const points = await placing.call('place', { databasePath, mapId: map.id });
      if (points === null) {
        await fit({ ...parameters, method });
        continue;
      }
      if (points.recordingIds.length === 0 || !mapById(db, map.id)) continue;
      placePoints(db, map, points);
      announce(existing(map.id));
      announceToOthers(map);
    }
    placing.stop();
  }

  function announce(map: StoredMap): MapInfo {
    const info = describe(map);
    events.emit('projection.changed', info);
    return info;
  }

  function describe(map: StoredMap): MapInfo {
    const { id, version, inForce, scores, parameters, createdAt } = map;
    return { id, version, inForce, scores, parameters, createdAt };
  }

  function mapInForce(dims: Dims, model: string): MapInfo | null {
    const map = currentMap(db, dims, model);
    return map ? describe(map) : null;
  }

  function existing(mapId: number): StoredMap {
    const map = mapById(db, mapId);
    if (!map) throw new AppError('not-found', 'This map is no longer there.');
    return map;
  }

  /** A kept map has not heard of what was analysed while another was in force. */
  function useMap(mapId: number): MapInfo {
    putInForce(db, existing(mapId));
    const info = announce(existing(mapId));
    announceToOthers(existing(mapId));
    void placeNew().catch(() => {}); // It is tried again after the next run.
    return info;
  }

  function removeMap(mapId: number): void {
    if (existing(mapId).inForce) {
      throw new AppError('bad-input', 'This map is shown. Choose another one before removing it.');
    }
    deleteMap(db, mapId);
  }

  function listMoved(fromMapId: number, toMapId: number, count: number): MovedTrack[] {
    const [from, to] = [existing(fromMapId), existing(toMapId)];
    if (from.dims !== to.dims) {
      throw new AppError('bad-input', 'A map in 2-D and one in 3-D cannot be compared.');
    }
    const points = [from, to].map((map) => mapPlaces(db, map));
    const moved = movedRecordings(points[0], points[1], from.dims, count);
    const trackOf = tracksOfRecordings(
      db,
      moved.map(({ recordingId }) => recordingId),
    );
    return moved.flatMap(({ recordingId, distance }) => {
      const trackId = trackOf.get(recordingId);
      return trackId === undefined ? [] : [{ trackId, distance }];
    });
  }

  function trueNeighbours(mapId: number, trackId: number): TrueNeighbour[] {
    existing(mapId);
    const known = neighboursOf(db, mapId, trackId);
    if (!known) throw new AppError('not-found', 'This track is not on the map.');
    const { recordingIds, near } = known;
    const trackOf = tracksOfRecordings(db, recordingIds);
    return recordingIds.flatMap((recordingId, i) => {
      const neighbour = trackOf.get(recordingId);
      const isNear = near === null ? null : ((near >> i) & 1) === 1;
      return neighbour === undefined ? [] : [{ trackId: neighbour, isNear }];
    });
  }

  function listRegionTracks(regionId: number): number[] {
    if (!regionById(db, regionId)) throw new AppError('not-found', REGION_GONE);
    return tracksOfRegion(db, regionId);
  }

  function renameRegion(regionId: number, name: string): Region {
    const found = regionById(db, regionId);
    if (!found) throw new AppError('not-found', REGION_GONE);
    setGivenName(db, regionId, name === '' ? null : name);
    raiseVersion(db, found.mapId);
    announce(existing(found.mapId));
    return regionById(db, regionId)!.region;
  }

  /** How far other models agree with a map changes with it. */
  function announceToOthers(map: StoredMap): void {
    for (const { id } of otherModelsMaps(db, map)) {
      raiseVersion(db, id);
      announce(existing(id));
    }
  }

  /** The vectors that they were made of are gone. */
  function removeMapsOf(model: string): void {
    const maps = ([2, 3] as const).flatMap((dims) => allMaps(db, dims, model));
    for (const map of maps) deleteMap(db, map.id);
    if (maps.length > 0) announceToOthers(maps[0]);
  }

  const placeNew = (): Promise<void> =>
    (placement ??= placeIntoAll().finally(() => (placement = null)));

  return {
    calls: {
      'projection.getMap': ({ dims, model }) => mapInForce(dims, model),
      'projection.fit': fit,
      'projection.cancel': () => fitting.stop(),
      'projection.listMaps': ({ dims, model }) => allMaps(db, dims, model).map(describe),
      'projection.useMap': ({ mapId }) => useMap(mapId),
      'projection.removeMap': ({ mapId }) => removeMap(mapId),
      'projection.listMoved': (input) => listMoved(input.fromMapId, input.toMapId, input.count),
      'projection.trueNeighbours': ({ mapId, trackId }) => trueNeighbours(mapId, trackId),
      'projection.getRegions': ({ mapId }) => regionsOfMap(db, existing(mapId).id),
      'projection.listRegionTracks': ({ regionId }) => listRegionTracks(regionId),
      'projection.renameRegion': ({ regionId, name }) => renameRegion(regionId, name),
    },
    events,
    fit,
    adopt,
    placeNew,
    removeMapsOf,
    refresh: () => {
      for (const map of currentMaps(db)) {
        raiseVersion(db, map.id);
        announce(existing(map.id));
      }
    },
    regionsOf: (mapId) => regionsOfMap(db, mapId),
    pointsOf: (mapId) => {
      const map = mapById(db, mapId);
      return map && pointBytes(open(map));
    },
    columnOf: (mapId, name) => {
      const map = mapById(db, mapId);
      return map && columnBytes(db, open(map), name);
    },
    labelColumnOf: (mapId, labels) => {
      const map = mapById(db, mapId);
      return map && labelColumnBytes(open(map), labels);
    },
    previewOf: () => forming && formingBytes(db, forming),
    close: () => {
      fitting.stop();
      placing.stop();
    },
  };
}
