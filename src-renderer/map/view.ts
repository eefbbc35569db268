/** How the map lies on the screen: pixel = (x · scale + offsetX, -y · scale + offsetY). */
export interface View {
  scale: number;
  offsetX: number;
  offsetY: number;
}

export interface Point {
  x: number;
  y: number;
}

export const toPixel = ({ scale, offsetX, offsetY }: View, { x, y }: Point): Point => ({
  x: x * scale + offsetX,
  y: -y * scale + offsetY,
});

export const toMap = ({ scale, offsetX, offsetY }: View, { x, y }: Point): Point => ({
  x: (x - offsetX) / scale,
  y: (offsetY - y) / scale,
});

/** Left, right, bottom, top of the map; a map of one place still has a size. */
export type Extent = [number, number, number, number];

/** A square around all points with some air, so that both axes have one scale. */
export function extentOf(coordinates: Float32Array): Extent {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < coordinates.length; i += 2) {
    left = Math.min(left, coordinates[i]);
    right = Math.max(right, coordinates[i]);
    bottom = Math.min(bottom, coordinates[i + 1]);
    top = Math.max(top, coordinates[i + 1]);
  }
  if (!Number.isFinite(left)) return [-1, 1, -1, 1];
  const air = 0.06 * Math.max(right - left, top - bottom) || 1;
  return [left - air, right + air, bottom - air, top + air];
}

/** The view that shows the whole extent in the middle. */
export function fitView([left, right, bottom, top]: Extent, width: number, height: number): View {
  const scale = Math.min(width / (right - left), height / (top - bottom));
  return {
    scale,
    offsetX: width / 2 - ((left + right) / 2) * scale,
    offsetY: height / 2 + ((bottom + top) / 2) * scale,
  };
}

/** The view zoomed by `factor` with the pixel staying over the same place of the map. */
export function zoomAt(view: View, factor: number, { x, y }: Point): View {
  return {
    scale: view.scale * factor,
    offsetX: x - (x - view.offsetX) * factor,
    offsetY: y - (y - view.offsetY) * factor,
  };
}

/** The view with a place of the map in the middle. */
export function centreOn(place: Point, scale: number, width: number, height: number): View {
  return { scale, offsetX: width / 2 - place.x * scale, offsetY: height / 2 + place.y * scale };
}

/** Between two views; the zoom moves evenly in octaves, so that a flight feels even. */
export function between(a: View, b: View, share: number, width: number, height: number): View {
  const middle = { x: width / 2, y: height / 2 };
  const from = toMap(a, middle);
  const to = toMap(b, middle);
  const scale = a.scale * (b.scale / a.scale) ** share;
  const place = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  return centreOn(place, scale, width, height);
}

/** Slow at both ends. */
export const ease = (share: number): number =>
  share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;

/** The point nearest to `from` within 45° of a direction (`x` to the right, `y` up); -1 without one. */
export function nearestInDirection(
  coordinates: Float32Array,
  from: number,
  direction: Point,
): number {
  const x = coordinates[2 * from];
  const y = coordinates[2 * from + 1];
  let best = -1;
  let bestSquare = Infinity;
  for (let i = 0; i < coordinates.length / 2; i++) {
    const dx = coordinates[2 * i] - x;
    const dy = coordinates[2 * i + 1] - y;
    const along = dx * direction.x + dy * direction.y;
    const square = dx * dx + dy * dy;
    if (i === from || along <= 0 || 2 * along * along < square || square >= bestSquare) continue;
    best = i;
    bestSquare = square;
  }
  return best;
}

/** Whether a place lies inside a polygon (even-odd rule). */
export function isInside(polygon: Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i];
    const b = polygon[j];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
