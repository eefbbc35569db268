/** Which part of a plane an area shows: the same scale on both axes. */
export interface PlaneView {
  /** Pixels per unit. */
  scale: number;
  centre: [number, number];
  width: number;
  height: number;
}

/** Room around the outermost dots, in which there is something to hear too. */
const MARGIN = 1.25;

/** Shows all positions with some room around; a plane of one point is two units wide. */
export function viewOf(
  positions: readonly (readonly number[])[],
  width: number,
  height: number,
): PlaneView {
  const [x, y] = [0, 1].map((axis) => {
    const values = positions.map((position) => position[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length === 0
      ? { middle: 0, span: 2 }
      : { middle: (low + high) / 2, span: high - low || 2 };
  });
  const scale = Math.min(width / x.span, height / y.span) / MARGIN;
  return { scale, centre: [x.middle, y.middle], width, height };
}

export const toPixels = (
  { scale, centre, width, height }: PlaneView,
  [x, y]: readonly number[],
) => [width / 2 + (x - centre[0]) * scale, height / 2 - (y - centre[1]) * scale];

export const toPlane = (
  { scale, centre, width, height }: PlaneView,
  left: number,
  top: number,
): [number, number] => [
  centre[0] + (left - width / 2) / scale,
  centre[1] - (top - height / 2) / scale,
];

/** The nearest position within so many pixels; null where there is none. */
export function nearestTo(
  view: PlaneView,
  positions: readonly (readonly number[])[],
  left: number,
  top: number,
  reach: number,
): number | null {
  let best: number | null = null;
  let least = reach ** 2;
  positions.forEach((position, i) => {
    const [x, y] = toPixels(view, position);
    const distance = (x - left) ** 2 + (y - top) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}
