import type { Point } from '../../src-main/drawing/map/camera.ts';
import type { PlacedName } from '../../src-main/drawing/map/region-names.ts';
import type { Sight } from './sight.ts';

/** A dot may be missed by so many pixels. */
const PICK_PIXELS = 9;

/** What is meant by a pixel: `dot` -1 and `region` null where there is none. */
export interface Target {
  dot: number;
  /** Its id. */
  region: number | null;
}

/**
 * The dot that a pixel is on, else the region whose name is there, else a dot beside it.
 * @param dotSize diameter in pixels
 */
export function targetAt(
  pixel: Point,
  sight: Pick<Sight, 'nearest' | 'pixelOf'>,
  dotSize: number,
  names: readonly PlacedName[],
): Target {
  const dot = sight.nearest(pixel, PICK_PIXELS);
  const place = dot < 0 ? null : sight.pixelOf(dot);
  const isOnDot = place && Math.hypot(place.x - pixel.x, place.y - pixel.y) <= dotSize / 2;
  const region = isOnDot ? null : regionNamedAt(pixel, names);
  return { dot: region === null ? dot : -1, region };
}

function regionNamedAt({ x, y }: Point, names: readonly PlacedName[]): number | null {
  const under = names.find(
    ({ left, top, width, height }) =>
      x >= left && x <= left + width && y >= top && y <= top + height,
  );
  return under?.region.id ?? null;
}
