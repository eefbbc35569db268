import { expect, test } from 'vitest';
import { fuseRanks } from './rank-fusion.ts';

test('what is first everywhere scores 1, and ranks are told list by list', () => {
  const fused = fuseRanks([
    { ids: [7, 8, 9], weight: 1 },
    { ids: [7, 9], weight: 0.5 },
  ]);
  expect(fused.map(({ id, ranks }) => [id, ranks])).toEqual([
    [7, [1, 1]],
    [9, [3, 2]],
    [8, [2, null]],
  ]);
  expect(fused[0].score).toBeCloseTo(1, 12);
  expect(fused[1].score).toBeCloseTo((1 / 63 + 0.5 / 62) / (1.5 / 61), 12);
});

test('a list without weight changes nothing', () => {
  const [first] = fuseRanks([
    { ids: [1, 2], weight: 1 },
    { ids: [2, 1], weight: 0 },
  ]);
  expect(first.id).toBe(1);
  expect(fuseRanks([])).toEqual([]);
});
