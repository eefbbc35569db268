import { expect, test } from 'vitest';
import { groupPoints } from '../../src-main/drawing/map/groups.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import { decodeColumn, decodePoints, NO_CODE } from '../../src-main/drawing/map/point-data.ts';
import type { ColumnData } from '../../src-main/drawing/map/point-data.ts';
import {
  between,
  dotLook,
  ease,
  extentOf,
  fitView,
  isNear,
  toMap,
  toPixel,
  unionOf,
  visibleExtent,
  zoomAt,
} from '../../src-main/drawing/map/camera.ts';

const genres: ColumnData = {
  header: { kind: 'category', name: 'genre', count: 5, values: ['Jazz', 'Rock'], counts: [3, 1] },
  values: Uint16Array.of(0, 0, 1, 0, NO_CODE),
};

test('points are read as they were written; bytes that end too soon are refused', () => {
  const bytes = new ArrayBuffer(8 + 2 * (4 + 8 + 1));
  new Uint32Array(bytes, 0, 2).set([2, 2]);
  new Int32Array(bytes, 8, 2).set([7, 9]);
  new Float32Array(bytes, 16, 4).set([1, 2, 3, 4]);
  new Uint8Array(bytes, 32, 2).set([0, 1]);
  const points = decodePoints(bytes);
  expect([...points.trackIds]).toEqual([7, 9]);
  expect([...points.coordinates]).toEqual([1, 2, 3, 4]);
  expect([...points.placed]).toEqual([0, 1]);
  expect(() => decodePoints(bytes.slice(0, 20))).toThrow(RangeError);
  expect(() => decodePoints(new ArrayBuffer(8))).toThrow(RangeError);
  expect(() => decodePoints(new ArrayBuffer(3))).toThrow(RangeError);
  const lying = bytes.slice(0);
  new Uint32Array(lying, 0, 1)[0] = 0xffffffff;
  expect(() => decodePoints(lying)).toThrow(RangeError);
  const broken = bytes.slice(0);
  new Float32Array(broken, 16, 1)[0] = NaN;
  expect(() => decodePoints(broken)).toThrow(RangeError);
});

test('columns are read by their header', () => {
  const header = JSON.stringify(genres.header).padEnd(120);
  const bytes = new ArrayBuffer(4 + header.length + 10);
  new Uint32Array(bytes, 0, 1)[0] = header.length;
  new Uint8Array(bytes, 4).set(new TextEncoder().encode(header));
  new Uint16Array(bytes, 4 + header.length, 5).set(genres.values);
  expect(decodeColumn(bytes)).toEqual(genres);
  expect(() => decodeColumn(bytes.slice(0, 40))).toThrow(RangeError);
  expect(() => decodeColumn(bytes.slice(0, bytes.byteLength - 4))).toThrow(RangeError);
});

test('the view goes to pixels and back, and zooming keeps the place under the pointer', () => {
  const view = fitView([-2, 2, -1, 1], 800, 600);
  expect(toPixel(view, { x: 0, y: 0 })).toEqual({ x: 400, y: 300 });
  const pointer = { x: 123, y: 456 };
  const place = toMap(view, pointer);
  const near = toPixel(zoomAt(view, 3.7, pointer), place);
  expect(near.x).toBeCloseTo(123, 9);
  expect(near.y).toBeCloseTo(456, 9);
  expect(toPixel(view, { x: 0, y: 1 }).y).toBeLessThan(300);
});

test('a flight begins and ends where it should', () => {
  const a = fitView([0, 1, 0, 1], 800, 600);
  const b = zoomAt(a, 8, { x: 10, y: 20 });
  for (const [share, view] of [
    [0, a],
    [1, b],
  ] as const) {
    const at = between(a, b, share, 800, 600);
    for (const key of ['scale', 'offsetX', 'offsetY'] as const)
      expect(at[key]).toBeCloseTo(view[key], 6);
  }
  expect([0, 0.5, 1].map(ease)).toEqual([0, 0.5, 1]);
});

test('maps of nothing and of one place have a size', () => {
  expect(extentOf(new Float32Array())).toEqual([-1, 1, -1, 1]);
  const [left, right] = extentOf(Float32Array.of(3, 3));
  expect(right).toBeGreaterThan(left);
  expect(unionOf([0, 2, 0, 2], [-1, 1, 1, 5])).toEqual([-1, 2, 0, 5]);
});

test('colours follow categories, rare and missing ones share the last', () => {
  const { groups, groupOf } = groupPoints(genres, 5, false);
  expect(groups.map(({ label, count }) => [label, count])).toEqual([
    ['Jazz', 3],
    ['Rock', 1],
    ['None', 1],
  ]);
  expect([...groupOf]).toEqual([0, 0, 1, 0, 2]);
  expect(new Set(groups.map(({ colour }) => colour)).size).toBe(3);
  const values = Array.from({ length: 40 }, (_, i) => `Genre ${i}`);
  const many = groupPoints(
    { header: { ...genres.header, values } as ColumnData['header'], values: genres.values },
    5,
    false,
  );
  expect(many.groups.at(-1)!.label).toBe('Others');
});

test('numbers are coloured in equal shares', () => {
  const tempo: ColumnData = {
    header: { kind: 'number', name: 'tempo', count: 81, unit: 'BPM', min: 60, max: 10_000 },
    values: Float32Array.from({ length: 81 }, (_, i) =>
      i === 80 ? NaN : i === 79 ? 10_000 : 60 + i,
    ),
  };
  const { groups } = groupPoints(tempo, 81, true);
  expect(groups.length).toBe(9);
  for (const { count } of groups.slice(0, 8)) expect(count).toBeGreaterThan(7);
  expect(groups[8]).toMatchObject({ label: 'Unknown', count: 1 });
});

test.each([
  ['in few steps', [0, 0, 0, 0.5, 0.5, 1, 1, 1, 1, 1], ['0.00 to 0.50', '0.50 to 1.00', 'Unknown']],
  ['of one value', [7, 7, 7], ['7.00', 'Unknown']],
  ['of which none is known', [NaN, NaN], ['Unknown']],
])('numbers %s have a line in the legend for each step, none twice', (_, values, lines) => {
  const count = values.length;
  const header = { kind: 'number', name: 'trust', count, unit: '', min: 0, max: 1 } as const;
  const column: ColumnData = { header, values: Float32Array.from(values) };
  const { groups, groupOf } = groupPoints(column, count, true);
  expect(groups.map(({ label }) => label)).toEqual(lines);
  expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(count);
  expect([...groupOf].every((group) => group < groups.length)).toBe(true);
});

test('the whole map is shown beside what covers the frame', () => {
  const insets = { top: 50, right: 200, bottom: 0, left: 0 };
  const view = fitView([-1, 1, -1, 1], 800, 600, insets);
  expect(toPixel(view, { x: 0, y: 0 })).toEqual({ x: 300, y: 325 });
  expect(toPixel(view, { x: 1, y: 1 })).toEqual({ x: 575, y: 50 });
});

test('boxes are placed where they overlap nothing, the first ones first', () => {
  const box = (left: number): { left: number; top: number; width: number; height: number } => ({
    left,
    top: 0,
    width: 10,
    height: 10,
  });
  expect(placeBoxes([[box(0)], [box(5)], [box(10)]])).toEqual([box(0), box(10)]);
  expect(placeBoxes([[box(0)], [box(5), box(20)]])).toEqual([box(0), box(20)]);
  expect(placeBoxes([[box(0), box(20)]], [box(3)])).toEqual([box(20)]);
});

test('the view knows what it shows and which views are the same', () => {
  const view = fitView([-1, 1, -1, 1], 600, 600);
  expect(visibleExtent(view, 600, 600)).toEqual([-1, 1, -1, 1]);
  expect(isNear(view, { ...view, offsetX: view.offsetX + 3 })).toBe(true);
  expect(isNear(view, zoomAt(view, 1.2, { x: 300, y: 300 }))).toBe(false);
});

test('dots are large where there is room, and grow with the zoom', () => {
  const size = (count: number, zoom: number) => dotLook(count, zoom, 1280, 800).size;
  expect(size(60, 1)).toBe(11);
  expect(size(5000, 1)).toBeGreaterThan(5);
  expect(size(100_000, 1)).toBe(2);
  expect(size(100_000, 40)).toBeGreaterThan(4);
  expect(size(60, 400)).toBe(16);
});

test('dots are fainter where many lie over one another, which the zoom takes apart', () => {
  const opacity = (count: number, zoom: number) => dotLook(count, zoom, 1280, 800).opacity;
  const crowds = [60, 5000, 100_000, 1_000_000].map((count) => opacity(count, 1));
  expect(crowds).toEqual([...crowds].sort((a, b) => b - a));
  const nearer = [1, 2, 4, 8].map((zoom) => opacity(1_000_000, zoom));
  expect(nearer).toEqual([...nearer].sort((a, b) => a - b));
  expect(nearer[3] - nearer[0]).toBeGreaterThan(0.3);
});
