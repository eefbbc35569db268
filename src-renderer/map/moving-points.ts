import type { View } from '../../src-main/drawing/map/camera.ts';
import type { Dims } from '../../src-main/projection/contract.ts';
import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import type { PointData } from '../../src-main/drawing/map/point-data.ts';

/** Dots that move: as many as a plain canvas draws in every frame without haste. */
export interface MovingPoints {
  trackIds: ArrayLike<number>;
  /** Of each. */
  dims: Dims;
  /** One place after another. */
  coordinates: Float32Array;
  /** Colour of each. */
  colours: string[];
}

const MOST = 20_000;

/** The points of a map that is about to move, evenly thinned where there are very many; in `dims` as seen from the front. */
export function movingPoints(
  { count, dims: width, coordinates, trackIds }: PointData,
  dims: Dims,
  colourOf: (trackId: number) => string,
): MovingPoints {
  const step = Math.max(1, Math.ceil(count / MOST));
  const kept = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  const places = new Float32Array(dims * kept.length);
  kept.forEach((i, at) => {
    places.set(coordinates.subarray(width * i, width * i + dims), dims * at);
  });
  const ids = kept.map((i) => trackIds[i]);
  return { trackIds: ids, dims, coordinates: places, colours: ids.map(colourOf) };
}

/** Where they were before, by track; what was nowhere begins where it ends. */
export function startsOf(
  { trackIds, dims, coordinates }: MovingPoints,
  before: Pick<MovingPoints, 'trackIds' | 'coordinates'>,
): Float32Array {
  const starts = coordinates.slice();
  const rowOf = new Map(Array.from(before.trackIds, (id, row) => [id, row]));
  Array.from(trackIds).forEach((id, at) => {
    const row = rowOf.get(id);
    if (row === undefined) return;
    starts.set(before.coordinates.subarray(dims * row, dims * row + dims), dims * at);
  });
  return starts;
}

/** `share` of the way from one place to the other. */
export function mix(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return from.map((value, i) => value + (to[i] - value) * share);
}

/** The colour of each track on a map; `other` for tracks that are not on it. */
export function coloursByTrack(
  grouping: Grouping,
  indexOf: (trackId: number) => number,
  other: string,
): (trackId: number) => string {
  return (trackId) => {
    const i = indexOf(trackId);
    return i < 0 ? other : grouping.groups[grouping.groupOf[i]].colour;
  };
}

/** Draws dots that lie in a plane, each `side` pixels wide. */
export function drawMoving(
  context: CanvasRenderingContext2D,
  { scale, offsetX, offsetY }: View,
  { coordinates, colours }: Pick<MovingPoints, 'coordinates' | 'colours'>,
  side: number,
): void {
  const byColour = new Map<string, number[]>();
  colours.forEach((colour, i) => {
    const own = byColour.get(colour);
    if (own) own.push(i);
    else byColour.set(colour, [i]);
  });
  for (const [colour, own] of byColour) {
    context.fillStyle = colour;
    for (const i of own) {
      const x = coordinates[2 * i] * scale + offsetX;
      const y = -coordinates[2 * i + 1] * scale + offsetY;
      if (side > 3) {
        context.beginPath();
        context.arc(x, y, side / 2, 0, 2 * Math.PI);
        context.fill();
      } else context.fillRect(x - side / 2, y - side / 2, side, side);
    }
  }
}
