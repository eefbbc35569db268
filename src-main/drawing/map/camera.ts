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

/** What holds both. */
export const unionOf = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** Pixels at the edges of the frame that something else covers. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

/** The view that shows the whole extent in the middle of what is not covered. */
export function fitView(
  [left, right, bottom, top]: Extent,
  width: number,
  height: number,
  insets = NO_INSETS,
): View {
  const freeWidth = Math.max(50, width - insets.left - insets.right);
  const freeHeight = Math.max(50, height - insets.top - insets.bottom);
  const scale = Math.min(freeWidth / (right - left), freeHeight / (top - bottom));
  return {
    scale,
    offsetX: insets.left + freeWidth / 2 - ((left + right) / 2) * scale,
    offsetY: insets.top + freeHeight / 2 + ((bottom + top) / 2) * scale,
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

/** Left, right, bottom, top of what the view shows. */
export function visibleExtent(view: View, width: number, height: number): Extent {
  const topLeft = toMap(view, { x: 0, y: 0 });
  const bottomRight = toMap(view, { x: width, y: height });
  return [topLeft.x, bottomRight.x, bottomRight.y, topLeft.y];
}

/** Whether a person would call two views the same. */
export function isNear(a: View, b: View): boolean {
  const zoom = Math.abs(Math.log(a.scale / b.scale));
  const moved = Math.hypot(a.offsetX - b.offsetX, a.offsetY - b.offsetY);
  return zoom < 0.05 && moved < 24;
}

/** How plain dots are drawn. */
export interface DotLook {
  /** Diameter in pixels. */
  size: number;
  /** 0 to 1. */
  opacity: number;
}

/** What part of the frame a map usually covers with dots. */
const FILLED = 0.35;

/**
 * Dots are large where there is room and grow slowly with the zoom, so that one stays something to aim at; they
 * are full where they are few, and the fainter the more of them would lie over one another.
 * @param zoom 1: the whole map fits
 */
export function dotLook(count: number, zoom: number, width: number, height: number): DotLook {
  const room = (FILLED * width * height) / Math.max(1, count);
  const near = Math.max(1, zoom);
  const size = Math.min(16, Math.max(2, Math.min(11, Math.sqrt(room))) * near ** 0.3);
  const layers = ((Math.PI / 4) * size * size) / (room * near * near);
  return { size, opacity: Math.max(0.4, Math.min(0.92, 0.95 / Math.sqrt(1 + layers))) };
}
