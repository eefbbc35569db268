import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { ReadableDb } from '../database/room.ts';
import { countVectors, storedModels, storedVersion } from '../embedding/room.ts';
import { FEATURES_MODEL } from '../features/room.ts';
import { trackFacts, TrackMatcher } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { chooseGroups } from './choose-groups.ts';
import type {
  GroupCell,
  groupCalls,
  GroupMatrix,
  GroupStatistics,
  MatrixRequest,
  NearTrack,
  StatisticsRequest,
} from './contract.ts';
import type { CellTracks, NearId } from './matrix.ts';
import { matrixCsv } from './matrix-csv.ts';
import { allMembers } from './member-table.ts';
import { readPlaylist } from './playlist.ts';
import { usualScale } from './sound-space.ts';
import type { GroupsWorkerTable } from './worker-table.ts';

export interface GroupsDeps {
  db: ReadableDb;
  databasePath: string;
  forkWorker(): WorkerProcess;
  /** The values of every track that has any in a set. @throws AppError `not-found` */
  labelsOf(set: string): ReadonlyMap<number, readonly string[]>;
  /** Rows of the library's list, in the order of the ids. */
  trackRows(ids: number[]): TrackRow[];
}

/** Distances between groups of tracks, and how well classes hold together. */
export interface Groups {
  calls: Handlers<typeof groupCalls>;
  /** A matrix as a table. @throws AppError `not-found` where it is no longer kept */
  csvOf(matrixId: number): Uint8Array;
  close(): void;
}

const KEPT_MATRICES = 8;

export function createGroups({
  db,
  databasePath,
  forkWorker,
  labelsOf,
  trackRows,
}: GroupsDeps): Groups {
  const worker = new WorkerCalls<GroupsWorkerTable>(forkWorker);
  const kept = new Map<number, { matrix: GroupMatrix; cells: CellTracks[][] }>();
  let lastId = 0;

  async function getMatrix(request: MatrixRequest): Promise<GroupMatrix> {
    const { model, metric, pooling, order } = request;
    const scale = request.scale ?? usualScale(model);
    const members = allMembers(db);
    const rows = chooseGroups(request.rows, members, labelsOf);
    const columns = chooseGroups(request.columns, members, labelsOf);
    const { cells, ...measured } = await worker.call('measureMatrix', {
      databasePath,
      model,
      scale,
      metric,
      pooling,
      order,
      rows: rows.groups,
      columns: columns.groups,
    });
    const leftOut = { rows: rows.leftOut, columns: columns.leftOut };
    const matrix = { id: ++lastId, request, scale, leftOut, ...measured };
    kept.set(matrix.id, { matrix, cells });
    kept.delete(matrix.id - KEPT_MATRICES);
    return matrix;
  }

  function keptMatrix(id: number): { matrix: GroupMatrix; cells: CellTracks[][] } {
    const found = kept.get(id);
    if (found) return found;
    throw new AppError('not-found', 'This matrix is no longer kept. Measure it again.');
  }

  function getCell(matrixId: number, row: number, column: number): GroupCell {
    const cell = keptMatrix(matrixId).cells[row]?.[column];
    if (!cell) throw new AppError('not-found', 'The matrix has no such field.');
    return {
      ofRow: withTracks(cell.ofRow),
      ofColumn: withTracks(cell.ofColumn),
      sharedCount: cell.sharedCount,
    };
  }

  function withTracks(near: readonly NearId[]): NearTrack[] {
    const rows = trackRows(near.map(({ trackId }) => trackId));
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    return near.flatMap(({ trackId, distance }) => {
      const track = rowOf.get(trackId);
      return track ? [{ track, distance }] : []; // It may have left the library since.
    });
  }

  async function getStatistics(request: StatisticsRequest): Promise<GroupStatistics> {
    const { model, set } = request;
    const scale = request.scale ?? usualScale(model);
    // A track counts in the first of its classes only.
    const firstOf = (name: string): Map<number, string[]> =>
      new Map([...labelsOf(name)].map(([id, values]) => [id, values.slice(0, 1)]));
    const { groups, leftOut } = chooseGroups({ set }, allMembers(db), firstOf);
    const measured = await worker.call('measureClasses', {
      databasePath,
      model,
      scale,
      classes: groups.map(({ name, recordingIds }) => ({ name, recordingIds })),
    });
    return { request, scale, leftOut, ...measured };
  }

  function listModels(): { model: string; count: number }[] {
    const models = storedModels(db).map((model) => {
      const version = storedVersion(db, model) ?? '';
      return { model, count: countVectors(db, { model, version }) };
    });
    const isFirst = ({ model }: { model: string }): number => (model === FEATURES_MODEL.id ? 0 : 1);
    return models.sort((a, b) => isFirst(a) - isFirst(b));
  }

  return {
    calls: {
      'groups.listModels': listModels,
      'groups.getMatrix': getMatrix,
      'groups.getCell': ({ matrixId, row, column }) => getCell(matrixId, row, column),
      'groups.readPlaylist': ({ text }) => readPlaylist(text, new TrackMatcher(trackFacts(db))),
      'groups.getStatistics': getStatistics,
    },
    csvOf: (matrixId) => Buffer.from(matrixCsv(keptMatrix(matrixId).matrix)),
    close: () => worker.stop(),
  };
}
