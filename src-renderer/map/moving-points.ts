import type { View } from '../../src-main/drawing/map/camera.ts';
import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import type { PointData } from '../../src-main/drawing/map/point-data.ts';

/** Dots that move: as many as a plain canvas draws in every frame without haste. */
export interface MovingPoints {
  /** x, y one after another. */
  coordinates: Float32Array;
  /** Colour of each. */
  colours: string[];
}

const MOST = 20_000;

/** The points of a map that is about to move, evenly thinned where there are very many. */
export function movingPoints(
  { count, dims, coordinates, trackIds }: PointData,
  colourOf: (trackId: number) => string,
): MovingPoints & { trackIds: number[] } {
  const step = Math.max(1, Math.ceil(count / MOST));
  const kept = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  const flat = new Float32Array(2 * kept.length);
  kept.forEach((i, at) => {
    flat[2 * at] = coordinates[dims * i];
    flat[2 * at + 1] = coordinates[dims * i + 1];
  });
  const ids = kept.map((i) => trackIds[i]);
  return { coordinates: flat, colours: ids.map(colourOf), trackIds: ids };
}

/** Where they were before, by track; what was nowhere begins where it ends. */
export function startsOf(
  { coordinates, trackIds }: { coordinates: Float32Array; trackIds: readonly number[] },
  before: (trackId: number) => { x: number; y: number } | null,
): Float32Array {
  const starts = coordinates.slice();
  trackIds.forEach((id, at) => {
    const place = before(id);
    if (place) starts.set([place.x, place.y], 2 * at);
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

/** @param side of a dot in pixels */
export function drawMoving(
  context: CanvasRenderingContext2D,
  { scale, offsetX, offsetY }: View,
  { coordinates, colours }: MovingPoints,
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
