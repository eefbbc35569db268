import { expect, test } from 'vitest';
import { nearestTo, toPixels, toPlane, viewOf } from './plane-view.ts';

test('all dots are inside the area, with the same scale on both axes, and pixels lead back', () => {
  const positions = [
    [-3, 0],
    [5, 1],
    [0, -2],
  ];
  const view = viewOf(positions, 400, 300);
  for (const position of positions) {
    const [left, top] = toPixels(view, position);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(400);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(300);
    const [x, y] = toPlane(view, left, top);
    expect(x).toBeCloseTo(position[0], 9);
    expect(y).toBeCloseTo(position[1], 9);
  }
  const [left, top] = toPixels(view, [5, 1]);
  expect(nearestTo(view, positions, left + 3, top, 8)).toBe(1);
  expect(nearestTo(view, positions, left + 30, top, 8)).toBeNull();
});

test('one point and none still make a view', () => {
  expect(toPixels(viewOf([[2, 2]], 100, 100), [2, 2])).toEqual([50, 50]);
  expect(viewOf([], 100, 100).scale).toBeGreaterThan(0);
});
