import { expect, test } from 'vitest';
import type { Region } from '../../src-main/projection/contract.ts';
import { placeCloudNames } from './cloud-names.ts';
import type { CloudRoom } from './cloud-names.ts';
import { boundsOf, eyeOf } from './space.ts';

const bounds = boundsOf([Float32Array.of(0, 0, 0, 1, 1, 1)]);
const eye = eyeOf({ alpha: 0, beta: 0, distance: 200, centre: [0, 0, 0] }, bounds, 800, 600);
const room = (more: Partial<CloudRoom> = {}): CloudRoom => ({
  eye,
  zoom: 1,
  taken: [],
  measure: (text) => 7 * text.length,
  dotsIn: () => 0,
  ...more,
});
const region = (name: string, level: number, centre: number[]): Region => ({
  ...{ id: 1, parentId: null, isRenamed: false, count: 10, purity: 1, unlabelled: 0 },
  ...{ name, level, centre, contours: [] },
});

test('a name stands beside the middle of its region, where it hides the fewest dots', () => {
  const middle = [region('Jazz', 0, [0.5, 0.5, 0.5])];
  const [above] = placeCloudNames(middle, room());
  expect(above.top + above.height).toBeLessThan(300);
  expect(above.left + above.width / 2).toBeCloseTo(400);
  const [below] = placeCloudNames(middle, room({ dotsIn: ({ top }) => (top < 300 ? 3 : 1) }));
  expect(below.top).toBeGreaterThan(300);
});

test('no two names overlap, the finest come from near, and what is not seen has none', () => {
  const crowd = Array.from({ length: 9 }, (_, i) => region(`Jazz ${i}`, i % 3, [0.5, 0.5, 0.5]));
  const placed = placeCloudNames(crowd, room({ zoom: 3 }));
  const tops = placed.map(({ top }) => top).sort((a, b) => a - b);
  for (let i = 1; i < tops.length; i++) expect(tops[i] - tops[i - 1]).toBeGreaterThanOrEqual(18);
  const fine = [region('Late', 2, [0.5, 0.5, 0.5])];
  expect(placeCloudNames(fine, room())).toEqual([]);
  expect(placeCloudNames(fine, room({ zoom: 3 }))).toHaveLength(1);
  expect(placeCloudNames([region('Away', 0, [9, 0.5, 0.5])], room())).toEqual([]);
});
