import { expect, test } from 'vitest';
import { PointIndex } from './hit-test.ts';
import { pathBetween } from './path-between.ts';
import { pointsAlong } from './path-queue.ts';

const few = Float32Array.of(0, 0, 1, 0.2, 3, 0, 0, 2, -1, -1.5);

/** Points that are the same on every run. */
function scattered(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: 2 * count }, () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

test('the nearest point is the nearest at every zoom, and none is beyond the radius', () => {
  const coordinates = scattered(20_000);
  const index = new PointIndex(coordinates);
  for (const zoom of [1, 10, 1000]) {
    for (let k = 0; k < 50; k++) {
      const place = { x: coordinates[k] / zoom, y: coordinates[k + 77] / zoom };
      let best = -1;
      let least = Infinity;
      for (let i = 0; i < 20_000; i++) {
        const far = Math.hypot(coordinates[2 * i] - place.x, coordinates[2 * i + 1] - place.y);
        if (far < least) [best, least] = [i, far];
      }
      expect(index.nearest(place)).toBe(best);
      expect(index.nearest(place, least * 1.001)).toBe(best);
      expect(index.nearest(place, least * 0.99)).toBe(-1);
    }
  }
});

test('a map without points answers nothing', () => {
  const index = new PointIndex(new Float32Array());
  expect(index.nearest({ x: 0, y: 0 })).toBe(-1);
  expect(index.inExtent([-1, 1, -1, 1])).toEqual([]);
  expect(index.nearestFew({ x: 0, y: 0 }, 5)).toEqual([]);
});

test('arrows go to the nearest point in their direction', () => {
  const index = new PointIndex(few);
  expect(index.inDirection(0, { x: 1, y: 0 })).toBe(1);
  expect(index.inDirection(0, { x: 0, y: 1 })).toBe(3);
  expect(index.inDirection(0, { x: 0, y: -1 })).toBe(4);
  expect(index.inDirection(2, { x: 1, y: 0 })).toBe(-1);
});

test('a lasso holds what is inside, also where it is not convex', () => {
  const index = new PointIndex(Float32Array.of(1, 1, 3, 3, 0.5, 3, 3, 0.5));
  const corner = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 1 },
    { x: 1.5, y: 1.5 },
    { x: 1, y: 4 },
    { x: 0, y: 4 },
  ];
  expect(index.inPolygon(corner).sort()).toEqual([0, 2, 3]);
});

test('a drawn line gives the points along it, in its order', () => {
  const index = new PointIndex(Float32Array.of(2, 0.1, 0, 0, 1, -0.1, 1, 3, 2, 2));
  const line = [
    { x: 0, y: 0 },
    { x: 2, y: 0 },
    { x: 2, y: 2 },
  ];
  expect(pointsAlong(index, line, 0.3, 10)).toEqual([1, 2, 0, 4]);
  expect(pointsAlong(index, [line[0]], 0.3, 10)).toEqual([]);
});

test('a long line thins a crowd evenly and keeps its order', () => {
  const coordinates = Float32Array.from({ length: 2000 }, (_, k) =>
    k % 2 === 0 ? k / 2000 : 0.01 * Math.sin(k),
  );
  const index = new PointIndex(coordinates);
  const line = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
  ];
  const along = pointsAlong(index, line, 0.1, 20);
  expect(along.length).toBe(20);
  expect(along).toEqual([...along].sort((a, b) => a - b));
  expect(along.at(-1)! - along[0]).toBeGreaterThan(900);
});

test.each([2, 3] as const)('between two points of a map in %d-D lies a path', (dims) => {
  const places = [
    [1, 0.05, 0],
    [0, 0, 0],
    [4, 0, 0],
    [2, 0.1, 0.1],
    [2, 3, 0],
    [-0.1, 0, 0],
    [3, -0.1, 0],
  ];
  const points = {
    count: places.length,
    dims,
    trackIds: Int32Array.from(places.keys()),
    coordinates: Float32Array.from(places.flatMap((place) => place.slice(0, dims))),
    placed: new Uint8Array(places.length),
  };
  expect(pathBetween(points, 1, 2)).toEqual([1, 0, 3, 6, 2]);
  expect(pathBetween(points, 2, 1)).toEqual([2, 6, 3, 0, 1]);
  expect(pathBetween({ ...points, coordinates: points.coordinates.fill(1) }, 1, 2)).toEqual([1, 2]);
});
