import { AppError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { bootstrap } from './bootstrap.ts';
import type { Group, GroupMatrix, MatrixRequest, NearestGroup } from './contract.ts';
import { centre, distance, distanceMatrix, nearestColumn, ranksInRows } from './distances.ts';
import type { Metric } from './distances.ts';
import { meanOf } from './group-mean.ts';
import type { GroupMean, Members } from './group-mean.ts';
import { clusterOrder } from './linkage.ts';
import type { SoundSpace } from './sound-space.ts';

/** A group as the library knows it, heard or not. */
export interface NamedMembers {
  name: string;
  trackIds: number[];
  recordingIds: number[];
  /** Seconds of sound of each track. */
  seconds: number[];
}

export interface NearId {
  trackId: number;
  distance: number;
}

/** What one field of the matrix holds beside its numbers. */
export interface CellTracks {
  ofRow: NearId[];
  ofColumn: NearId[];
  sharedCount: number;
}

/** A matrix before it is numbered and kept, with what each of its fields holds. */
export type MeasuredMatrix = Omit<GroupMatrix, 'id' | 'request' | 'scale' | 'leftOut'> & {
  cells: CellTracks[][];
};

type Choices = Pick<MatrixRequest, 'metric' | 'pooling' | 'order'>;

interface HeardGroup extends GroupMean {
  name: string;
  trackIds: number[];
  members: Members;
}

const TRACKS_PER_CELL = 8;
const SEED = 42;
/** Smaller distances, and differences between them, are rounding. */
const TINY = 1e-9;

/**
 * Distances between the means of two sets of groups.
 * @throws AppError `unavailable` where a side has no group with a track that the model has heard
 */
export function measureMatrix(
  space: SoundSpace,
  rowGroups: readonly NamedMembers[],
  columnGroups: readonly NamedMembers[],
  choices: Choices,
): MeasuredMatrix {
  const random = new Random(SEED);
  const next = (): number => random.next();
  const heard = (groups: readonly NamedMembers[], side: string): HeardGroup[] =>
    ordered(
      groups.flatMap((group) => hearGroup(space, group, choices, next)),
      side,
      choices,
    );
  const rows = heard(rowGroups, 'rows');
  const columns = heard(columnGroups, 'columns');
  const { metric } = choices;
  const shared = rows.map((row) => columns.map((column) => sharedCount(row, column)));
  const isSame = (r: number, c: number): boolean =>
    shared[r][c] === rows[r].trackIds.length && shared[r][c] === columns[c].trackIds.length;

  const distances = distanceMatrix(means(rows), means(columns), metric).map((row, r) =>
    row.map((value, c) => (isSame(r, c) ? 0 : value)),
  );
  const centred = centre(distances, isSame);
  const nearestOf = distances.map((row, r) => nearestColumn(row, (c) => isSame(r, c)));
  const spread = bootstrap(rows, columns, metric, nearestOf, isSame, next);
  const near = (groups: HeardGroup[], others: HeardGroup[]): NearId[][][] =>
    groups.map((group) => nearestTracks(space, group, others, metric));
  const ofRows = near(rows, columns);
  const ofColumns = near(columns, rows);
  return {
    rows: rows.map(toGroup),
    columns: columns.map(toGroup),
    distances,
    margins: spread.margins,
    centred,
    ranks: ranksInRows(distances, isSame),
    centredRanks: ranksInRows(centred, isSame),
    nearest: describeNearest(distances, centred, nearestOf, spread.certainty, isSame),
    cells: shared.map((row, r) =>
      row.map((count, c) => ({
        ofRow: ofRows[r][c],
        ofColumn: ofColumns[c][r],
        sharedCount: count,
      })),
    ),
    unheardCount: unheard(space, [...rowGroups, ...columnGroups]),
    resamples: spread.resamples,
    remarks: remarksOn(distances, isSame),
  };
}

const means = (groups: readonly HeardGroup[]): Float64Array[] => groups.map(({ mean }) => mean);
const toGroup = ({ name, trackIds }: HeardGroup): Group => ({ name, count: trackIds.length });

/** Nothing where no track of it was heard. */
function hearGroup(
  space: SoundSpace,
  { name, trackIds, recordingIds, seconds }: NamedMembers,
  { pooling }: Choices,
  random: () => number,
): HeardGroup[] {
  const heard = recordingIds.flatMap((id, i) => (space.rowOf.has(id) ? [i] : []));
  if (heard.length === 0) return [];
  const members = {
    rows: heard.map((i) => space.rowOf.get(recordingIds[i])!),
    // A track of no length would count for nothing, and a group of such tracks have no mean.
    weights: heard.map((i) => (pooling === 'seconds' ? Math.max(0.1, seconds[i]) : 1)),
  };
  const mean = meanOf(space, members, random);
  return [{ name, trackIds: heard.map((i) => trackIds[i]), members, ...mean }];
}

function ordered(groups: HeardGroup[], side: string, { metric, order }: Choices): HeardGroup[] {
  if (groups.length === 0) {
    const message = `No group of the ${side} has a track that this model has analysed. Choose others.`;
    throw new AppError('unavailable', message);
  }
  if (order === 'given') return groups;
  const between = distanceMatrix(means(groups), means(groups), metric);
  return clusterOrder(between, { optimal: order === 'optimal' }).map((i) => groups[i]);
}

function sharedCount(row: HeardGroup, column: HeardGroup): number {
  const ids = new Set(row.trackIds);
  return column.trackIds.filter((id) => ids.has(id)).length;
}

/** For each of the other groups, the tracks of this one nearest to its mean. */
function nearestTracks(
  space: SoundSpace,
  group: HeardGroup,
  others: readonly HeardGroup[],
  metric: Metric,
): NearId[][] {
  const lists = others.map((): NearId[] => []);
  const vector = new Float64Array(space.dims);
  group.members.rows.forEach((row, i) => {
    space.read(row, vector);
    others.forEach(({ mean }, o) => {
      insert(lists[o], {
        trackId: group.trackIds[i],
        distance: distance(vector, mean, metric),
      });
    });
  });
  return lists;
}

/** Keeps the list ascending and short. */
function insert(list: NearId[], entry: NearId): void {
  if (list.length === TRACKS_PER_CELL && entry.distance >= list.at(-1)!.distance) return;
  const place = list.findIndex((other) => other.distance > entry.distance);
  list.splice(place < 0 ? list.length : place, 0, entry);
  if (list.length > TRACKS_PER_CELL) list.pop();
}

function describeNearest(
  distances: number[][],
  centred: number[][],
  nearestOf: number[],
  certainty: number[],
  isSame: (row: number, column: number) => boolean,
): NearestGroup[] {
  return nearestOf.map((column, r) => {
    const next = nearestColumn(distances[r], (c) => c === column || isSame(r, c));
    const smallest = column < 0 ? 0 : distances[r][column];
    return {
      column,
      lead: next < 0 || smallest === 0 ? null : distances[r][next] / smallest - 1,
      certainty: certainty[r],
      rowsOfColumn: nearestOf.filter((other) => other === column).length,
      // With one group on a side nothing is left that could tell columns apart.
      centredColumn: centred[r].every((value) => Math.abs(value) < TINY)
        ? column
        : nearestColumn(centred[r], (c) => isSame(r, c)),
    };
  });
}

function unheard(space: SoundSpace, groups: readonly NamedMembers[]): number {
  const ids = new Set<number>();
  for (const { recordingIds, trackIds } of groups) {
    recordingIds.forEach((id, i) => {
      if (!space.rowOf.has(id)) ids.add(trackIds[i]);
    });
  }
  return ids.size;
}

function remarksOn(
  distances: number[][],
  isSame: (row: number, column: number) => boolean,
): string[] {
  const values = distances.flatMap((row, r) => row.filter((_, c) => !isSame(r, c)));
  const remarks: string[] = [];
  if (values.length === 0) {
    remarks.push('Rows and columns are the same one group: choose another to compare it with.');
  } else if (Math.max(...values) < TINY) {
    remarks.push('These groups sound the same to this model: every distance is 0.');
  } else if (values.length > 1 && Math.max(...values) < Math.min(...values) + TINY) {
    remarks.push('All groups are equally far apart: the order among them says nothing.');
  }
  if (distances.length === 1 || distances[0].length === 1) {
    remarks.push(
      'With one group on a side nothing is left after centring: choose more groups to see contrast.',
    );
  }
  return remarks;
}
