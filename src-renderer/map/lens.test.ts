import { expect, test } from 'vitest';
import { carryGrouping } from './lens.ts';

test('a track has one colour on both maps; what only the second has is grey', () => {
  const group = (label: string, count: number) => ({
    label,
    count,
    colour: label,
    shape: 'circle' as const,
  });
  const grouping = {
    groups: [group('jazz', 2), group('rock', 1), group('others', 0)],
    groupOf: Uint8Array.of(0, 1, 0),
  };
  const rows = new Map([
    [10, 0],
    [11, 1],
    [12, 2],
  ]);
  const carried = carryGrouping(grouping, (id) => rows.get(id) ?? -1, Int32Array.of(12, 11, 99));
  expect([...carried.groupOf]).toEqual([0, 1, 2]);
  expect(carried.groups.map(({ count }) => count)).toEqual([1, 1, 1]);
});
