import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { WritableDb } from '../database/room.ts';
import type {
  ColumnName,
  Dims,
  FitParameters,
  MapInfo,
  ProjectionEvents,
  ProjectionProgress,
  projectionCalls,
} from './contract.ts';
import {
  countTrackPoints,
  countTracksOffMap,
  currentMap,
  insertMap,
  mapById,
  placePoints,
  raiseVersion,
} from './map-table.ts';
import type { StoredMap } from './map-table.ts';
import { columnBytes, pointBytes } from './point-bytes.ts';
import type { ProjectionWorkerTable } from './worker-table.ts';

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
  /** Places what was analysed since into the maps in force, without moving them. */
  placeNew(): Promise<void>;
  /** Tracks were removed, excluded or retagged: points and columns are read anew. */
  refresh(): void;
  pointsOf(mapId: number): Uint8Array | null;
  columnOf(mapId: number, name: ColumnName): Uint8Array | null;
  close(): void;
}

export function createProjection({ db, databasePath, forkWorker }: ProjectionDeps): Projection {
  const events = new Emitter<ProjectionEvents>();
  const fitting = new WorkerCalls<ProjectionWorkerTable>(forkWorker);
  const placing = new WorkerCalls<ProjectionWorkerTable>(forkWorker);
  let isFitting = false;
  let placement: Promise<void> | null = null;

  async function fit(parameters: FitParameters): Promise<MapInfo> {
    if (isFitting) throw new AppError('busy', 'A map is being made. Wait for it or cancel it.');
    isFitting = true;
    const report = (progress: Omit<ProjectionProgress, 'dims'>): void =>
      events.emit('projection.progressed', { dims: parameters.dims, ...progress });
    try {
      report({ state: 'running', stage: 'neighbours', fraction: 0, message: null });
      const input = { databasePath, parameters };
      const { recordingIds, coordinates, modelVersion } = await fitting.call(
        'fit',
        input,
        ({ stage, fraction }) => report({ state: 'running', stage, fraction, message: null }),
      );
      const createdAt = new Date().toISOString();
      insertMap(db, { parameters, modelVersion, createdAt }, recordingIds, coordinates);
      report({ state: 'done', stage: 'layout', fraction: 1, message: null });
      return announce(currentMap(db, parameters.dims)!);
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      const state = code === 'cancelled' ? 'cancelled' : 'failed';
      report({ state, stage: 'layout', fraction: 0, message });
      throw thrown;
    } finally {
      isFitting = false;
      fitting.stop(); // The vectors of a large library would stay in its memory.
    }
  }

  async function placeIntoAll(): Promise<void> {
    for (const dims of [2, 3] as const) {
      const map = currentMap(db, dims);
      if (!map || countTracksOffMap(db, map.id) === 0) continue;
      const { recordingIds, coordinates } = await placing.call('place', {
        databasePath,
        mapId: map.id,
      });
      if (recordingIds.length === 0 || !mapById(db, map.id)) continue;
      placePoints(db, map, recordingIds, coordinates);
      announce(mapById(db, map.id)!);
    }
    placing.stop();
  }

  function announce(map: StoredMap): MapInfo {
    const info = describe(map);
    events.emit('projection.changed', info);
    return info;
  }

  function describe(map: StoredMap): MapInfo {
    const { id, version, parameters, createdAt } = map;
    const waitingCount = countTracksOffMap(db, id);
    return { id, version, parameters, createdAt, waitingCount, ...countTrackPoints(db, id) };
  }

  function mapInForce(dims: Dims): MapInfo | null {
    const map = currentMap(db, dims);
    return map ? describe(map) : null;
  }

  return {
    calls: {
      'projection.getMap': ({ dims }) => mapInForce(dims),
      'projection.fit': fit,
      'projection.cancel': () => fitting.stop(),
    },
    events,
    fit,
    placeNew: () => (placement ??= placeIntoAll().finally(() => (placement = null))),
    refresh: () => {
      for (const dims of [2, 3] as const) {
        const map = currentMap(db, dims);
        if (!map) continue;
        raiseVersion(db, map.id);
        announce(mapById(db, map.id)!);
      }
    },
    pointsOf: (mapId) => {
      const map = mapById(db, mapId);
      return map && pointBytes(db, map);
    },
    columnOf: (mapId, name) => {
      const map = mapById(db, mapId);
      return map && columnBytes(db, map, name);
    },
    close: () => {
      fitting.stop();
      placing.stop();
    },
  };
}
