import { expect, test } from 'vitest';
import type { PointData } from '../../src-main/drawing/map/point-data.ts';
import { coloursByTrack, mix, movingPoints, startsOf } from './moving-points.ts';

const map = (count: number, dims: 2 | 3): PointData => ({
  count,
  dims,
  trackIds: Int32Array.from({ length: count }, (_, i) => i + 1),
  coordinates: Float32Array.from({ length: count * dims }, (_, i) => i),
  placed: new Uint8Array(count),
});

test('points move from where they were; new ones stay', () => {
  const moving = movingPoints(map(3, 2), 2, () => 'red');
  expect([...moving.coordinates]).toEqual([0, 1, 2, 3, 4, 5]);
  const before = { trackIds: [7, 2], coordinates: Float32Array.of(1, 1, 12, -7) };
  const starts = startsOf(moving, before);
  expect([...starts]).toEqual([0, 1, 12, -7, 4, 5]);
  expect([...mix(starts, moving.coordinates, 0.5)]).toEqual([0, 1, 7, -2, 4, 5]);
  expect(mix(starts, moving.coordinates, 1)).toEqual(moving.coordinates);
});

test('points in space keep their depth on their way', () => {
  const moving = movingPoints(map(2, 3), 3, () => 'red');
  const before = { trackIds: [2], coordinates: Float32Array.of(9, 8, 7) };
  expect([...startsOf(moving, before)]).toEqual([0, 1, 2, 9, 8, 7]);
});

test('a huge map is thinned evenly, one in 3-D may be seen from the front', () => {
  const moving = movingPoints(map(50_000, 3), 2, (id) => String(id));
  expect(moving.trackIds).toHaveLength(16_667);
  expect(moving.colours.slice(0, 3)).toEqual(['1', '4', '7']);
  expect([...moving.coordinates.subarray(0, 4)]).toEqual([0, 1, 9, 10]);
});

test('a track keeps the colour it has on the map', () => {
  const group = { label: '', shape: 'circle' as const, count: 1 };
  const grouping = { groups: [{ ...group, colour: 'blue' }], groupOf: Uint8Array.of(0) };
  const colourOf = coloursByTrack(grouping, (id) => (id === 5 ? 0 : -1), 'grey');
  expect([colourOf(5), colourOf(6)]).toEqual(['blue', 'grey']);
});
