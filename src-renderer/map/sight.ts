import { toMap, toPixel } from '../../src-main/drawing/map/camera.ts';
import type { Point, View } from '../../src-main/drawing/map/camera.ts';
import { PointIndex } from './hit-test.ts';
import { pointsAlong } from './path-queue.ts';
import { flatten, project } from './space.ts';
import type { Eye } from './space.ts';

/** Where the points of a map, flat or in space, are on the screen now. Places and lengths are in pixels. */
export interface Sight {
  /** Null where it is behind the eye. */
  pixelOf(point: number): Point | null;
  /** The point nearest to a pixel and at most `radius` away, or -1. */
  nearest(pixel: Point, radius?: number): number;
  /** Points inside a polygon. */
  inside(shape: Point[]): number[];
  /** Up to `most` points along a line, at most `radius` away, in the order in which the line passes them. */
  along(line: Point[], radius: number, most: number): number[];
  /** The point nearest to another within 45° of a direction (`x` to the right, `y` up); -1 without one. */
  towards(point: number, direction: Point): number;
  /** The `count` points that lie nearest to another on the map, however it is seen. */
  around(point: number, count: number): number[];
}

export class FlatSight implements Sight {
  readonly #index: PointIndex;
  readonly #view: View;

  constructor(index: PointIndex, view: View) {
    this.#index = index;
    this.#view = view;
  }

  pixelOf(point: number): Point {
    return toPixel(this.#view, this.#index.placeOf(point));
  }

  nearest(pixel: Point, radius = Infinity): number {
    return this.#index.nearest(toMap(this.#view, pixel), radius / this.#view.scale);
  }

  inside(shape: Point[]): number[] {
    return this.#index.inPolygon(shape.map((pixel) => toMap(this.#view, pixel)));
  }

  along(line: Point[], radius: number, most: number): number[] {
    const places = line.map((pixel) => toMap(this.#view, pixel));
    return pointsAlong(this.#index, places, radius / this.#view.scale, most);
  }

  towards(point: number, direction: Point): number {
    return this.#index.inDirection(point, direction);
  }

  around(point: number, count: number): number[] {
    const nearest = this.#index.nearestFew(this.#index.placeOf(point), count + 1);
    return nearest.filter((other) => other !== point).slice(0, count);
  }
}

/** One pixel is one length, with y up. */
export const PIXELS: View = { scale: 1, offsetX: 0, offsetY: 0 };

/** In space, what is seen is found as on a flat map, once it was laid flat as it is seen. */
export class SpaceSight implements Sight {
  readonly #coordinates: Float32Array;
  readonly #eye: Eye;
  #seen: FlatSight | null = null;

  constructor(coordinates: Float32Array, eye: Eye) {
    this.#coordinates = coordinates;
    this.#eye = eye;
  }

  pixelOf(point: number): Point | null {
    return project(this.#eye, this.placeOf(point));
  }

  nearest(pixel: Point, radius = Infinity): number {
    return this.#onlySeen(this.#flat.nearest(pixel, radius));
  }

  inside(shape: Point[]): number[] {
    return this.#flat.inside(shape);
  }

  along(line: Point[], radius: number, most: number): number[] {
    return this.#flat.along(line, radius, most);
  }

  towards(point: number, direction: Point): number {
    return this.#onlySeen(this.#flat.towards(point, direction));
  }

  around(point: number, count: number): number[] {
    const points = this.#coordinates;
    const [x, y, z] = this.placeOf(point);
    const nearest: { other: number; square: number }[] = [];
    for (let other = 0; other < points.length / 3; other++) {
      const at = 3 * other;
      const square = (points[at] - x) ** 2 + (points[at + 1] - y) ** 2 + (points[at + 2] - z) ** 2;
      if (other === point || square >= (nearest[count - 1]?.square ?? Infinity)) continue;
      nearest.push({ other, square });
      nearest.sort((a, b) => a.square - b.square).splice(count);
    }
    return nearest.map(({ other }) => other);
  }

  placeOf(point: number): [number, number, number] {
    const at = 3 * point;
    return [this.#coordinates[at], this.#coordinates[at + 1], this.#coordinates[at + 2]];
  }

  /** Made when it is first asked for: not while the map turns. */
  get #flat(): FlatSight {
    this.#seen ??= new FlatSight(new PointIndex(flatten(this.#coordinates, this.#eye)), PIXELS);
    return this.#seen;
  }

  #onlySeen(point: number): number {
    return point >= 0 && this.#flat.pixelOf(point).x < -this.#eye.width ? -1 : point;
  }
}
