import type { Point } from '../../src-main/drawing/map/camera.ts';

export type Vector = [number, number, number];

/**
 * How the points of a 3-D map lie in their box, all axes in one scale; its longest edge is 100, its middle 0.
 * The map's third axis points up, its second towards the eye.
 */
export interface Bounds {
  /** Middle of the map. */
  middle: Vector;
  /** Times a length of the map is a length in the box. */
  scale: number;
  /** Edges along the map's own axes. */
  size: Vector;
  /** From the middle to the farthest point. */
  radius: number;
}

/** From where one looks at the box. */
export interface Gaze {
  /** Degrees from the horizon; 90 is from above. */
  alpha: number;
  /** Degrees around the box. */
  beta: number;
  /** Of the eye from what it looks at. */
  distance: number;
  /** What it looks at. */
  centre: Vector;
}

/** A gaze with all that turns a place of the map into pixels. */
export interface Eye {
  /** Where it is, as a place of the map. */
  place: Vector;
  /** Factors of x, y, z and a rest: what lies to the right, … */
  right: Row;
  /** … above, … */
  up: Row;
  /** … and ahead of the eye. */
  ahead: Row;
  /** Pixels of a length seen from as far as it is long. */
  focal: number;
  width: number;
  height: number;
}

type Row = readonly [number, number, number, number];

const LONGEST = 100;
const AIR = 1.04;
/** Degrees from the lower to the upper edge of the frame: what ECharts GL draws by. */
const FIELD_OF_VIEW = 50;
/** What is nearer to the eye is not drawn. */
const NEAREST = 0.1;

/** Around all points of maps that lie over one another; a map of one place still has a size. */
export function boundsOf(clouds: readonly Float32Array[]): Bounds {
  const low: Vector = [Infinity, Infinity, Infinity];
  const high: Vector = [-Infinity, -Infinity, -Infinity];
  for (const coordinates of clouds) {
    for (let i = 0; i < coordinates.length; i++) {
      const d = i % 3;
      if (coordinates[i] < low[d]) low[d] = coordinates[i];
      if (coordinates[i] > high[d]) high[d] = coordinates[i];
    }
  }
  if (!Number.isFinite(low[0]))
    return { middle: [0, 0, 0], scale: 50, size: [100, 100, 100], radius: 50 };
  const spans = low.map((least, d) => high[d] - least);
  const longest = Math.max(...spans) * AIR || 1;
  const scale = LONGEST / longest;
  const edge = (d: number): number => Math.max(spans[d] * AIR * scale, 0.1 * LONGEST);
  const middle = [0, 1, 2].map((d) => (low[d] + high[d]) / 2) as Vector;
  const radius = scale * Math.max(...clouds.map((coordinates) => reach(coordinates, middle)));
  return { middle, scale, size: [edge(0), edge(1), edge(2)], radius };
}

/** From a place to the farthest point. */
function reach(coordinates: Float32Array, [x, y, z]: Vector): number {
  let most = 0;
  for (let i = 0; i < coordinates.length; i += 3) {
    const [dx, dy, dz] = [coordinates[i] - x, coordinates[i + 1] - y, coordinates[i + 2] - z];
    most = Math.max(most, dx * dx + dy * dy + dz * dz);
  }
  return Math.sqrt(most);
}

/** Place in the box: to the right, up, towards the eye that looks straight at it. */
export function inBox({ middle, scale }: Bounds, [x, y, z]: readonly number[]): Vector {
  return [(x - middle[0]) * scale, (z - middle[2]) * scale, (middle[1] - y) * scale];
}

/** Unit vectors in the box: to the right, up, and back from what is looked at to the eye. */
export function axesOf({ alpha, beta }: Gaze): { right: Vector; up: Vector; back: Vector } {
  const [a, b] = [(alpha * Math.PI) / 180, (beta * Math.PI) / 180];
  const [sinA, cosA, sinB, cosB] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b)];
  return {
    right: [cosB, 0, -sinB],
    up: [-sinA * sinB, cosA, -sinA * cosB],
    back: [cosA * sinB, sinA, cosA * cosB],
  };
}

export const focalOf = (height: number): number =>
  height / 2 / Math.tan((FIELD_OF_VIEW * Math.PI) / 360);

export function eyeOf(gaze: Gaze, bounds: Bounds, width: number, height: number): Eye {
  const { right, up, back } = axesOf(gaze);
  const { middle, scale } = bounds;
  const eye = gaze.centre.map((value, d) => value + back[d] * gaze.distance) as Vector;
  const row = (axis: Vector): Row => {
    const factors: Vector = [axis[0] * scale, -axis[2] * scale, axis[1] * scale];
    return [...factors, -dot(factors, middle) - dot(axis, eye)];
  };
  return {
    place: [middle[0] + eye[0] / scale, middle[1] - eye[2] / scale, middle[2] + eye[1] / scale],
    right: row(right),
    up: row(up),
    ahead: row([-back[0], -back[1], -back[2]]),
    focal: focalOf(height),
    width,
    height,
  };
}

/** How far ahead of the eye a place of the map lies, as a length in the box. */
export const depthOf = ({ ahead }: Eye, place: readonly number[]): number => along(ahead, place);

const along = ([a, b, c, rest]: Row, [x, y, z]: readonly number[]): number =>
  a * x + b * y + c * z + rest;

/** Pixels of a place of the map; null where it lies behind the eye. */
export function project(eye: Eye, place: readonly number[]): Point | null {
  const depth = depthOf(eye, place);
  if (depth < NEAREST) return null;
  const pixels = eye.focal / depth;
  return {
    x: eye.width / 2 + pixels * along(eye.right, place),
    y: eye.height / 2 - pixels * along(eye.up, place),
  };
}

/**
 * All points as they are seen, x to the right and y up from the upper left corner, one after another. What is far
 * out of sight or behind the eye lies at `outOfSight`.
 */
export function flatten(coordinates: Float32Array, eye: Eye): Float32Array {
  const { right, up, ahead, focal, width, height } = eye;
  const flat = new Float32Array((coordinates.length / 3) * 2);
  const [awayX, awayY] = outOfSight(eye);
  for (let i = 0, at = 0; i < coordinates.length; i += 3, at += 2) {
    const [x, y, z] = [coordinates[i], coordinates[i + 1], coordinates[i + 2]];
    const depth = ahead[0] * x + ahead[1] * y + ahead[2] * z + ahead[3];
    const pixels = focal / depth;
    const px = width / 2 + pixels * (right[0] * x + right[1] * y + right[2] * z + right[3]);
    const py = height / 2 - pixels * (up[0] * x + up[1] * y + up[2] * z + up[3]);
    const isSeen =
      depth >= NEAREST && px > -width && px < 2 * width && py > -height && py < 2 * height;
    flat[at] = isSeen ? px : awayX;
    flat[at + 1] = isSeen ? -py : awayY;
  }
  return flat;
}

/** Beyond everything that is drawn or searched. */
const outOfSight = ({ width, height }: Eye): [number, number] => [-4 * width, 4 * height];

const dot = (a: readonly number[], b: readonly number[]): number =>
  a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Between two gazes; the distance shrinks and grows evenly in octaves. */
export function betweenGazes(a: Gaze, b: Gaze, share: number): Gaze {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    alpha: mix(a.alpha, b.alpha),
    beta: mix(a.beta, b.beta),
    distance: a.distance * (b.distance / a.distance) ** share,
    centre: a.centre.map((value, d) => mix(value, b.centre[d])) as Vector,
  };
}

/** Whether a person would call two gazes the same. */
export function isNearGaze(a: Gaze, b: Gaze): boolean {
  const turned = Math.hypot(a.alpha - b.alpha, a.beta - b.beta);
  const zoom = Math.abs(Math.log(a.distance / b.distance));
  const moved = Math.hypot(...a.centre.map((value, d) => value - b.centre[d]));
  return turned < 2 && zoom < 0.05 && moved < 0.03 * a.distance;
}
