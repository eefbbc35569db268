import { expect, test } from 'vitest';
import type { Region } from '../../projection/contract.ts';
import { fitView, zoomAt } from './camera.ts';
import { DotDensity } from './dot-density.ts';
import { nameOpacity, namedRegions, placeNames } from './region-names.ts';
import type { NameRoom } from './region-names.ts';

const square = (x: number, y: number, half: number): number[] => [
  x - half,
  y - half,
  x + half,
  y - half,
  x + half,
  y + half,
  x - half,
  y + half,
];

function region(
  id: number,
  level: number,
  x: number,
  y: number,
  more: Partial<Region> = {},
): Region {
  const contours = [square(x, y, level === 0 ? 20 : 5)];
  const name = `Region ${id}`;
  const labels = { purity: 1, unlabelled: 0, isRenamed: false, parentId: null };
  return { id, level, name, count: 10, centre: [x, y], contours, ...labels, ...more };
}

const densityOf = (dots: number[]): DotDensity =>
  new DotDensity(Float32Array.from(dots), [0, 100, 0, 100]);
const whole = fitView([0, 100, 0, 100], 600, 600);
const room = (more: Partial<NameRoom> = {}): NameRoom => ({
  view: whole,
  width: 600,
  height: 600,
  taken: [],
  dot: 5,
  density: densityOf([]),
  measure: (text) => 7 * text.length,
  ...more,
});

test('the overview and the largest come first; who says no more than the parent is left out', () => {
  const regions = [
    region(1, 1, 10, 10, { parentId: 2, count: 3 }),
    region(2, 0, 10, 10, { count: 9 }),
    region(3, 0, 80, 80, { count: 20 }),
    region(4, 1, 80, 80, { parentId: 3, count: 20 }),
    region(5, 0, 50, 50, { count: 0 }),
  ];
  expect(namedRegions(regions).map(({ region: { id } }) => id)).toEqual([3, 2, 1]);
  expect(namedRegions(regions)[0].extent).toEqual([60, 100, 60, 100]);
});

test('names never overlap each other or what is there already, and stay on the screen', () => {
  const crowd = Array.from({ length: 60 }, (_, i) =>
    region(i + 1, 1, 10 + 8 * (i % 10), 10 + 13 * Math.floor(i / 10)),
  );
  const taken = [{ left: 200, top: 200, width: 150, height: 150 }];
  const placed = placeNames(namedRegions(crowd), room({ taken }));
  expect(placed.length).toBeGreaterThan(15);
  const all = [...placed, ...taken];
  all.forEach((a, i) =>
    all.slice(i + 1).forEach((b) => {
      const isApart =
        a.left + a.width <= b.left ||
        b.left + b.width <= a.left ||
        a.top + a.height <= b.top ||
        b.top + b.height <= a.top;
      expect(isApart).toBe(true);
    }),
  );
  for (const { left, top, width, height } of placed) {
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left + width).toBeLessThanOrEqual(600);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top + height).toBeLessThanOrEqual(600);
  }
});

test('small places get their names when the map comes nearer, and large ones lose them', () => {
  const tiny = region(2, 2, 50, 50, { contours: [square(50, 50, 1)], parentId: 1, count: 4 });
  const elsewhere = Array.from({ length: 20 }, (_, i) => region(10 + i, 0, 500 + i, 500));
  const regions = namedRegions([region(1, 0, 50, 50), tiny, ...elsewhere]);
  const namesAt = (zoom: number): number[] =>
    placeNames(regions, room({ view: zoomAt(whole, zoom, { x: 300, y: 300 }) })).map(
      (placed) => placed.region.id,
    );
  expect(namesAt(1)).toEqual([1]);
  expect(namesAt(4)).toContain(2);
  expect(namesAt(20)).toEqual([2]);
  expect(nameOpacity(10, 600, 20)).toBe(0);
  expect(nameOpacity(10, 600, 0)).toBe(1);
  expect(nameOpacity(100, 600, 20)).toBe(1);
  expect(nameOpacity(25, 600, 20)).toBeCloseTo(0.5, 5);
});

test('a small place is named beside its dots, a large one in its middle', () => {
  const [small] = placeNames(namedRegions([region(1, 1, 50, 50)]), room());
  expect(small.top + small.height).toBeLessThanOrEqual(300 - 30);
  const [large] = placeNames(namedRegions([region(1, 0, 50, 50)]), room());
  expect(large.top + large.height / 2).toBeCloseTo(300, 5);
});

test('no name hides the dots of a small place, its own or another one', () => {
  // As around single dots: every outline is smaller than a dot, the last one lies away.
  const dots = [48, 50, 52, 90].map((x) => square(x, 50, 0.1));
  const scattered = region(1, 1, 50, 50, { contours: dots });
  const above = region(2, 1, 50, 56, { contours: [square(50, 56, 1)] });
  const placed = placeNames(namedRegions([scattered, above]), room());
  expect(placed).toHaveLength(2);
  for (const { left, top, width, height } of placed) {
    for (const [x, y] of [...[48, 50, 52].map((at) => [6 * at, 300]), [300, 264]]) {
      const isOver = x + 5 > left && x - 5 < left + width && y + 5 > top && y - 5 < top + height;
      expect(isOver).toBe(false);
    }
  }
});

test('a name goes where the fewest dots of others lie, and counts its own not at all', () => {
  const small = namedRegions([region(1, 0, 50, 50, { contours: [square(50, 50, 2)] })]);
  const nameOver = (dots: number[]) => placeNames(small, room({ density: densityOf(dots) }))[0];
  const own = [50, 50, 51, 49, 49, 51];
  const [above, below] = [54.5, 45.5];
  expect(nameOver(own).top).toBeLessThan(300);
  expect(nameOver([...own, 50, above]).top).toBeGreaterThan(300);
  // All around: the place with one dot, rather than those with two.
  const around = [42, 46, 50, 54, 58].flatMap((x) => [x, above, x, above, x, below, x, below]);
  const beside = [38, 50, 40, 50, 60, 50, 62, 50];
  const { left } = nameOver([...own, ...around, ...beside, 62, 50, 62, 51]);
  expect(left + 30).toBeLessThan(300);
});

test('a place outside the screen has no name on it', () => {
  const away = room({ view: { ...whole, offsetX: whole.offsetX - 5000 } });
  expect(placeNames(namedRegions([region(1, 0, 50, 50)]), away)).toEqual([]);
});
