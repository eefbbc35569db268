import { expect, test } from 'vitest';
import type { PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { targetAt } from './target.ts';

/** One dot at 100, 100. */
const sight = {
  nearest: ({ x, y }: { x: number; y: number }, radius = Infinity) =>
    Math.hypot(x - 100, y - 100) <= radius ? 0 : -1,
  pixelOf: () => ({ x: 100, y: 100 }),
};
const name = { region: { id: 7 }, left: 90, top: 80, width: 200, height: 30 } as PlacedName;

test.each([
  ['on a dot under a name', { x: 103, y: 100 }, [name], { dot: 0, region: null }],
  ['on a name beside a dot', { x: 107, y: 100 }, [name], { dot: -1, region: 7 }],
  ['beside a dot', { x: 107, y: 100 }, [], { dot: 0, region: null }],
  ['on a name', { x: 250, y: 90 }, [name], { dot: -1, region: 7 }],
  ['on nothing', { x: 300, y: 300 }, [name], { dot: -1, region: null }],
])('a pixel %s means it', (_, pixel, names, target) => {
  expect(targetAt(pixel, sight, 8, names)).toEqual(target);
});
