import type { PointData } from '../../src-main/drawing/map/point-data.ts';
import type { AppContext } from '../app/context.ts';
import { plural } from '../ui/format.ts';
import { PointIndex } from './hit-test.ts';
import type { MapData } from './map-data.svelte.ts';
import { pointsAlong } from './path-queue.ts';

const MOST_BETWEEN = 18;
/** How far from the straight line a point may lie, as a part of its length. */
const WIDTH = 0.2;

/** Points that lead from one to another of a map, flat or in space: both, and what lies nearest to the line between. */
export function pathBetween({ coordinates, dims }: PointData, from: number, to: number): number[] {
  const place = (i: number): Float32Array => coordinates.subarray(dims * i, dims * (i + 1));
  const [start, end] = [place(from), place(to)];
  const length = Math.hypot(...end.map((value, axis) => value - start[axis]));
  if (length === 0) return [from, to];
  const ahead = end.map((value, axis) => (value - start[axis]) / length);
  const unrolled = new Float32Array((coordinates.length / dims) * 2);
  for (let i = 0; i < unrolled.length / 2; i++) {
    let [along, square] = [0, 0];
    for (let axis = 0; axis < dims; axis++) {
      const distance = coordinates[dims * i + axis] - start[axis];
      along += distance * ahead[axis];
      square += distance * distance;
    }
    const isBetween = along > 0 && along < length;
    unrolled[2 * i] = along;
    unrolled[2 * i + 1] = isBetween ? Math.sqrt(Math.max(0, square - along * along)) : length;
  }
  const line = [
    { x: 0, y: 0 },
    { x: length, y: 0 },
  ];
  const passed = pointsAlong(new PointIndex(unrolled), line, WIDTH * length, MOST_BETWEEN);
  return [from, ...passed.filter((i) => i !== from && i !== to), to];
}

/** Lets the tracks that lead from the playing one to another on a map play next. */
export function playPathTo(data: MapData, trackId: number, app: AppContext): void {
  const { player, selection, notify } = app;
  const [from, to] = [data.indexOf(player.current?.id), data.indexOf(trackId)];
  if (!data.points || from < 0 || to < 0) {
    return notify('There is a path only between two tracks of the map that is shown.');
  }
  const { trackIds } = data.points;
  const ids = pathBetween(data.points, from, to).map((i) => trackIds[i]);
  player.playNext(ids.slice(1));
  selection.flyTo(trackId);
  notify(`${plural(ids.length - 1, 'track')} that lead there play next.`);
}
