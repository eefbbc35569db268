import { toPixel } from './camera.ts';
import type { Extent, View } from './camera.ts';
import type { Box } from './place-boxes.ts';

/** Outlines less than so many pixels apart are one island to the eye. */
const GAP = 24;

/**
 * The pixels around the dots of the island that holds a place, or next to which it lies.
 * @param rings the boxes around the outlines of a region
 * @param air pixels that a dot reaches beyond its place
 */
export function islandAt(
  rings: readonly Extent[],
  [x, y]: readonly number[],
  view: View,
  air: number,
): Box {
  let island: Extent = [x, x, y, y];
  let others = [...rings];
  for (;;) {
    const near = others.filter((ring) => gapBetween(ring, island) * view.scale < GAP);
    if (near.length === 0) return boxOf(island, view, air);
    island = near.reduce(union, island);
    others = others.filter((ring) => !near.includes(ring));
  }
}

/** Along the axis on which they are further apart; 0 or below: they overlap. */
const gapBetween = (a: Extent, b: Extent): number =>
  Math.max(a[0] - b[1], b[0] - a[1], a[2] - b[3], b[2] - a[3]);

const union = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.max(a[3], b[3]),
];

function boxOf([left, right, bottom, top]: Extent, view: View, air: number): Box {
  const corner = toPixel(view, { x: left, y: top });
  return {
    left: corner.x - air,
    top: corner.y - air,
    width: (right - left) * view.scale + 2 * air,
    height: (top - bottom) * view.scale + 2 * air,
  };
}
