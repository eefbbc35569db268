import { z } from 'zod';
import { call, id, nothing, trackIds } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';

/** More groups than this on one side are no picture any more. */
export const MOST_GROUPS = 60;

const name = z.string().trim().min(1).max(200);

/** Groups of tracks: those that carry a value of a label set, or lists such as the queue. */
export const groupSource = z.union([
  z.object({
    set: name,
    /** In this order; without them the largest groups, by name. */
    values: z.array(name).min(1).max(MOST_GROUPS).optional(),
  }),
  z.object({
    lists: z.array(z.object({ name, trackIds })).min(1).max(MOST_GROUPS),
  }),
]);
export type GroupSource = z.output<typeof groupSource>;

/** `raw`: the values as the model gives them; `standardised`: every dimension by the spread it has in the library. */
export const vectorScale = z.enum(['raw', 'standardised']);
export type VectorScale = z.output<typeof vectorScale>;

const vectors = {
  model: z.string().max(100).default('features'),
  /** Left out: standardised for the hand-crafted values, whose units differ, and raw for a network's. */
  scale: vectorScale.optional(),
};

export const matrixRequest = z.object({
  rows: groupSource,
  columns: groupSource,
  ...vectors,
  metric: z.enum(['l2', 'cosine']).default('l2'),
  /** What counts the same within a group: every track, or every second of sound. */
  pooling: z.enum(['tracks', 'seconds']).default('tracks'),
  /** As given; or by average linkage, with leaves as they come or so that neighbours are nearest. */
  order: z.enum(['given', 'linkage', 'optimal']).default('given'),
});
export type MatrixRequest = z.output<typeof matrixRequest>;

export interface Group {
  name: string;
  /** Tracks in it that the model has heard. */
  count: number;
}

/** Distances between the means of two sets of groups; every table is [row][column]. */
export interface GroupMatrix {
  /** For `groups.getCell` and `/groups/:id/matrix.csv`; the last few are kept. */
  id: number;
  request: MatrixRequest;
  scale: VectorScale;
  rows: Group[];
  columns: Group[];
  distances: number[][];
  /** Half the width of the 95 % interval, from resampling the tracks of each group. */
  margins: number[][];
  /** What is left after each row's and each column's own level is taken away; below 0: nearer than usual. */
  centred: number[][];
  /** Place of the column in its row, 1 for the nearest; null where both are the same tracks. */
  ranks: (number | null)[][];
  centredRanks: (number | null)[][];
  nearest: NearestGroup[];
  /** Groups that were left out on each side because there are more than fit. */
  leftOut: { rows: number; columns: number };
  /** Tracks of the chosen groups that the model has not heard. */
  unheardCount: number;
  /** How often the tracks were drawn again. */
  resamples: number;
  /** Sentences about what is odd with these groups, such as that all are the same. */
  remarks: string[];
}

/** The nearest column of a row. */
export interface NearestGroup {
  column: number;
  /** How much farther the next nearest is, as a part of the nearest distance; null without a next. */
  lead: number | null;
  /** The part of the resamples in which it is nearest too, 0 to 1. */
  certainty: number;
  /** How many rows have this column as their nearest: a hub is nearest to most. */
  rowsOfColumn: number;
  /** The nearest after centring. */
  centredColumn: number;
}

export interface NearTrack {
  track: TrackRow;
  distance: number;
}

/** One field of a matrix. */
export interface GroupCell {
  /** Tracks of the row's group, those nearest to the column's mean first. */
  ofRow: NearTrack[];
  ofColumn: NearTrack[];
  /** Tracks that are in both groups: they bring the two together. */
  sharedCount: number;
}

export const statisticsRequest = z.object({
  set: name.default('genre'),
  ...vectors,
});
export type StatisticsRequest = z.output<typeof statisticsRequest>;

/** Similarities are cosines, -1 to 1. */
export interface ClassStatistics {
  name: string;
  count: number;
  /** Mean similarity of two tracks of it; null for a class of one. */
  within: number | null;
  /** Mean similarity of one of its tracks to one of another class; null for an only class. */
  between: number | null;
  /** The class whose tracks are most similar to its own; null for an only class. */
  nearest: { name: string; similarity: number } | null;
  /** Mean silhouette of its tracks, -1 to 1; null for an only class. */
  silhouette: number | null;
}

export interface GroupStatistics {
  request: StatisticsRequest;
  scale: VectorScale;
  classes: ClassStatistics[];
  /** Mean similarity of a track of one class to one of another, [class][class]; null for a class of one to itself. */
  similarities: (number | null)[][];
  /** Over all pairs of tracks. */
  within: number | null;
  between: number | null;
  silhouette: number | null;
  trackCount: number;
  leftOut: number;
  remarks: string[];
}

export const groupCalls = {
  /** Models that have heard tracks, the hand-crafted values first. */
  'groups.listModels': call<{ model: string; count: number }[]>()(nothing),
  'groups.getMatrix': call<GroupMatrix>()(matrixRequest),
  'groups.getCell': call<GroupCell>()(
    z.object({ matrixId: id, row: z.number().int().min(0), column: z.number().int().min(0) }),
  ),
  /** Tracks that an M3U playlist names, to be compared as a list. */
  'groups.readPlaylist': call<{ trackIds: number[]; unknownCount: number }>()(
    z.object({ text: z.string().max(3_500_000) }),
  ),
  'groups.getStatistics': call<GroupStatistics>()(statisticsRequest.prefault({})),
};

export type GroupEvents = Record<never, never>;
