import Flatbush from 'flatbush';
import type { Extent, Point } from '../../src-main/drawing/map/camera.ts';

/** Finds points of the flat map by place, exactly, whatever the zoom. */
export class PointIndex {
  readonly #coordinates: Float32Array;
  readonly #tree: Flatbush | null = null;

  /** @param coordinates x, y one after another */
  constructor(coordinates: Float32Array) {
    this.#coordinates = coordinates;
    const count = coordinates.length / 2;
    if (count === 0) return;
    this.#tree = new Flatbush(count, 16, Float32Array);
    for (let i = 0; i < count; i++) this.#tree.add(coordinates[2 * i], coordinates[2 * i + 1]);
    this.#tree.finish();
  }

  placeOf(i: number): Point {
    return { x: this.#coordinates[2 * i], y: this.#coordinates[2 * i + 1] };
  }

  /** The point nearest to a place and at most `radius` away, or -1. */
  nearest({ x, y }: Point, radius = Infinity): number {
    return this.#tree?.neighbors(x, y, 1, radius)[0] ?? -1;
  }

  /** Up to `count` points, nearest first. */
  nearestFew({ x, y }: Point, count: number): number[] {
    return this.#tree?.neighbors(x, y, count) ?? [];
  }

  inExtent([left, right, bottom, top]: Extent): number[] {
    return this.#tree?.search(left, bottom, right, top) ?? [];
  }

  /** Points inside a polygon (even-odd rule). */
  inPolygon(polygon: Point[]): number[] {
    const inBox = this.inExtent(boxAround(polygon));
    return inBox.filter((i) => isInside(polygon, this.placeOf(i)));
  }

  /** The point nearest to `from` within 45° of a direction (`x` to the right, `y` up); -1 without one. */
  inDirection(from: number, direction: Point): number {
    const points = this.#coordinates;
    const { x, y } = this.placeOf(from);
    let best = -1;
    let bestSquare = Infinity;
    for (let i = 0; i < points.length / 2; i++) {
      const dx = points[2 * i] - x;
      const dy = points[2 * i + 1] - y;
      const along = dx * direction.x + dy * direction.y;
      const square = dx * dx + dy * dy;
      if (i === from || along <= 0 || 2 * along * along < square || square >= bestSquare) continue;
      best = i;
      bestSquare = square;
    }
    return best;
  }
}

/** Left, right, bottom, top. */
export function boxAround(places: Point[]): Extent {
  const xs = places.map(({ x }) => x);
  const ys = places.map(({ y }) => y);
  return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
}

function isInside(polygon: Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i];
    const b = polygon[j];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
