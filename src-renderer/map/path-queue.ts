import type { Point } from '../../src-main/drawing/map/camera.ts';
import { boxAround } from './hit-test.ts';
import type { PointIndex } from './hit-test.ts';

/**
 * Points along a drawn line, in the order in which the line passes them: those at most `radius` away;
 * where there are more than `most`, the ones nearest to the line, evenly along it.
 */
export function pointsAlong(
  index: PointIndex,
  line: Point[],
  radius: number,
  most: number,
): number[] {
  if (line.length < 2) return [];
  const [left, right, bottom, top] = boxAround(line);
  const around = index.inExtent([left - radius, right + radius, bottom - radius, top + radius]);
  const lengths = lengthsTo(line);
  const total = lengths.at(-1)! || 1;
  const near = around
    .map((i) => ({ i, ...nearestOnLine(line, lengths, index.placeOf(i)) }))
    .filter(({ distance }) => distance <= radius);
  const chosen = near.length > most ? thin(near, total, most) : near;
  return chosen.sort((a, b) => a.along - b.along || a.i - b.i).map(({ i }) => i);
}

interface Passed {
  i: number;
  distance: number;
  /** Length of the line up to here. */
  along: number;
}

function thin(near: Passed[], total: number, most: number): Passed[] {
  const best = new Map<number, Passed>();
  for (const passed of near) {
    const stretch = Math.min(most - 1, Math.floor((passed.along / total) * most));
    const other = best.get(stretch);
    if (!other || passed.distance < other.distance) best.set(stretch, passed);
  }
  return [...best.values()];
}

function lengthsTo(line: Point[]): number[] {
  const lengths = [0];
  for (let k = 1; k < line.length; k++) {
    lengths.push(lengths[k - 1] + Math.hypot(line[k].x - line[k - 1].x, line[k].y - line[k - 1].y));
  }
  return lengths;
}

function nearestOnLine(line: Point[], lengths: number[], { x, y }: Point): Omit<Passed, 'i'> {
  let best = { distance: Infinity, along: 0 };
  for (let k = 1; k < line.length; k++) {
    const a = line[k - 1];
    const length = lengths[k] - lengths[k - 1];
    const ux = length ? (line[k].x - a.x) / length : 0;
    const uy = length ? (line[k].y - a.y) / length : 0;
    const along = Math.max(0, Math.min(length, (x - a.x) * ux + (y - a.y) * uy));
    const distance = Math.hypot(x - a.x - along * ux, y - a.y - along * uy);
    if (distance < best.distance) best = { distance, along: lengths[k - 1] + along };
  }
  return best;
}
