import { distanceMatrix, nearestColumn } from './distances.ts';
import type { Metric } from './distances.ts';
import { resampledMean } from './group-mean.ts';
import type { GroupMean } from './group-mean.ts';

export interface Bootstrap {
  /** Half the width of the 95 % interval around each measured distance. */
  margins: number[][];
  /** Per row the part of the draws in which its nearest column was nearest too. */
  certainty: number[];
  resamples: number;
}

const MOST_RESAMPLES = 300;
const FEWEST_RESAMPLES = 60;
/** Additions that may be spent; a second or two. */
const BUDGET = 2e9;

/**
 * How far the distances could lie off if the groups held other tracks of the same kind: tracks are drawn
 * again, with repeats, from each group. Drawing makes means noisier and so moves all distances up; only
 * their spread is used, put around the measured value.
 */
export function bootstrap(
  rows: readonly GroupMean[],
  columns: readonly GroupMean[],
  metric: Metric,
  nearest: readonly number[],
  isSame: (row: number, column: number) => boolean,
  random: () => number,
): Bootstrap {
  const resamples = affordable([...rows, ...columns]);
  const drawn = rows.map(() => columns.map(() => new Float64Array(resamples)));
  const hits = rows.map(() => 0);
  for (let turn = 0; turn < resamples; turn++) {
    const again = (group: GroupMean): Float64Array => resampledMean(group, random);
    const distances = distanceMatrix(rows.map(again), columns.map(again), metric);
    distances.forEach((row, r) => {
      row.forEach((value, c) => (drawn[r][c][turn] = value));
      if (nearestColumn(row, (c) => isSame(r, c)) === nearest[r]) hits[r]++;
    });
  }
  return {
    margins: drawn.map((row, r) => row.map((values, c) => (isSame(r, c) ? 0 : halfWidth(values)))),
    certainty: hits.map((count) => count / resamples),
    resamples,
  };
}

function affordable(groups: readonly GroupMean[]): number {
  const additions = groups.reduce((sum, { parts, mean }) => sum + parts.length * mean.length, 0);
  return Math.max(FEWEST_RESAMPLES, Math.min(MOST_RESAMPLES, Math.floor(BUDGET / additions)));
}

function halfWidth(values: Float64Array): number {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return (at(0.975) - at(0.025)) / 2;
}
