import { expect, test } from 'vitest';
import { SpaceSight } from './sight.ts';
import { betweenGazes, boundsOf, eyeOf, flatten, inBox, isNearGaze, project } from './space.ts';
import type { Gaze } from './space.ts';

const WIDTH = 800;
const HEIGHT = 600;
/** The corners of a cube, and its middle. */
const cube = Float32Array.from(
  [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [i & 1, (i >> 1) & 1, i >> 2]).concat(0.5, 0.5, 0.5),
);
const bounds = boundsOf([cube]);
const straight: Gaze = { alpha: 0, beta: 0, distance: 200, centre: [0, 0, 0] };
const eyeAt = (gaze: Partial<Gaze>) => eyeOf({ ...straight, ...gaze }, bounds, WIDTH, HEIGHT);

test('one sees the first axis to the right, the third up, and the second come nearer as it falls', () => {
  const eye = eyeAt({});
  expect(project(eye, [0.5, 0.5, 0.5])).toEqual({ x: 400, y: 300 });
  const right = project(eye, [1, 0.5, 0.5])!;
  const up = project(eye, [0.5, 0.5, 1])!;
  expect([right.y, up.x]).toEqual([300, 400]);
  expect(right.x).toBeGreaterThan(400);
  expect(up.y).toBeLessThan(300);
  expect(right.x - 400).toBeCloseTo(300 - up.y); // One scale.
  const nearer = project(eye, [1, 0, 0.5])!;
  expect(nearer.x).toBeGreaterThan(right.x);
  expect(eye.place[1]).toBeLessThan(0);
});

test('the field of view is 50 degrees from the lower to the upper edge', () => {
  const half = 200 * Math.tan((25 * Math.PI) / 180);
  const [x, y, z] = [0.5, 0.5, 0.5 + half / bounds.scale];
  expect(project(eyeAt({}), [x, y, z])!.y).toBeCloseTo(0);
  expect(project(eyeAt({ alpha: 90 }), [x, z, y])!.y).toBeCloseTo(0); // From above, the second is up.
  expect(project(eyeAt({ beta: 90 }), [x, y, z])!.y).toBeCloseTo(0);
});

test('turning by a quarter shows the second axis from the left to the right', () => {
  const eye = eyeAt({ beta: 90 });
  expect(project(eye, [0.5, 1, 0.5])!.x).toBeGreaterThan(400);
  expect(project(eye, [0.5, 0, 0.5])!.x).toBeLessThan(400);
});

test('what lies behind the eye is not seen, and is never found', () => {
  const eye = eyeAt({ distance: 20 });
  expect(project(eye, [0.5, 0, 0.5])).toBeNull();
  const sight = new SpaceSight(cube, eye);
  const frame = [
    { x: 0, y: 0 },
    { x: WIDTH, y: 0 },
    { x: WIDTH, y: HEIGHT },
    { x: 0, y: HEIGHT },
  ];
  expect(sight.inside(frame)).toContain(8);
  for (const point of sight.inside(frame)) expect(sight.pixelOf(point)).not.toBeNull();
  expect(sight.pixelOf(0)).toBeNull();
  expect(sight.nearest({ x: 400, y: 300 }, 5)).toBe(8);
});

test('all points are laid flat as each is seen by itself', () => {
  const eye = eyeAt({ alpha: 33, beta: -71, centre: [4, -3, 9] });
  const flat = flatten(cube, eye);
  const sight = new SpaceSight(cube, eye);
  for (let i = 0; i < 9; i++) {
    const { x, y } = sight.pixelOf(i)!;
    expect(flat[2 * i]).toBeCloseTo(x, 2);
    expect(-flat[2 * i + 1]).toBeCloseTo(y, 2);
    expect(sight.nearest({ x: x + 1, y: y - 1 }, 9)).toBe(i);
  }
});

test('a lasso holds the points that are seen inside it, and arrows go to the next one seen', () => {
  const sight = new SpaceSight(cube, eyeAt({}));
  const upper = [
    { x: 0, y: 0 },
    { x: WIDTH, y: 0 },
    { x: WIDTH, y: 299 },
    { x: 0, y: 299 },
  ];
  expect(sight.inside(upper).sort()).toEqual([4, 5, 6, 7]); // Their third is 1.
  const corner = new SpaceSight(Float32Array.of(0, 0, 0, 1, 0, 0, 0, 0, 1), eyeAt({}));
  expect(corner.towards(0, { x: 1, y: 0 })).toBe(1);
  expect(corner.towards(0, { x: 0, y: 1 })).toBe(2);
  expect(corner.towards(0, { x: -1, y: 0 })).toBe(-1);
  expect(
    sight.along(
      [
        { x: 0, y: 300 },
        { x: WIDTH, y: 300 },
      ],
      5,
      10,
    ),
  ).toEqual([8]);
});

test('what is near on the map is near however it is seen', () => {
  const line = Float32Array.of(0, 0, 0, 0, 9, 0, 1, 0, 0, 0, 4, 0);
  const eye = eyeOf(straight, boundsOf([line]), WIDTH, HEIGHT);
  expect(new SpaceSight(line, eye).around(0, 2)).toEqual([2, 3]);
});

test('maps of nothing and of one place have a size, and the box holds every map', () => {
  expect(boundsOf([new Float32Array()]).size).toEqual([100, 100, 100]);
  const one = boundsOf([Float32Array.of(3, 3, 3)]);
  expect(Math.min(...one.size, one.scale)).toBeGreaterThan(0);
  const both = boundsOf([cube, Float32Array.of(3, 0, 0)]);
  expect(both.middle).toEqual([1.5, 0.5, 0.5]);
  expect(inBox(both, [3, 0.5, 0.5])[0]).toBeLessThan(both.size[0] / 2);
  expect(both.radius).toBeCloseTo(both.scale * Math.hypot(1.5, 0.5, 0.5));
});

test('a flight goes from gaze to gaze', () => {
  const to: Gaze = { alpha: 40, beta: -20, distance: 50, centre: [1, 2, 3] };
  expect(betweenGazes(straight, to, 0)).toEqual(straight);
  expect(betweenGazes(straight, to, 1)).toEqual(to);
  expect(betweenGazes(straight, to, 0.5).distance).toBeCloseTo(100);
  expect(isNearGaze(to, { ...to, beta: -21 })).toBe(true);
  expect(isNearGaze(to, { ...to, beta: -24 })).toBe(false);
  expect(isNearGaze(to, { ...to, centre: [1, 2, 8] })).toBe(false);
});
