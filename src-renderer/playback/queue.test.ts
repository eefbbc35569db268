import { expect, test } from 'vitest';
import { moved, nextIndex, shuffled, unshuffled, without } from './queue.ts';

test('the queue ends, or begins again', () => {
  expect(nextIndex(3, 0, 'off')).toBe(1);
  expect(nextIndex(3, 2, 'off')).toBe(-1);
  expect(nextIndex(3, 2, 'all')).toBe(0);
  expect(nextIndex(0, -1, 'all')).toBe(-1);
});

test('a shuffle keeps every item and begins with the one that plays', () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const order = shuffled([1, 2, 3, 4, 5], 2, random);
  expect(order[0]).toBe(3);
  expect([...order].sort()).toEqual([1, 2, 3, 4, 5]);
});

test.each([
  [0, { queue: [8, 9], index: 0 }],
  [1, { queue: [7, 9], index: 1 }],
  [2, { queue: [7, 8], index: 1 }],
])('removing item %i keeps the place', (at, expected) => {
  expect(without([7, 8, 9], 1, at)).toEqual(expected);
});

test('removing the last item while it plays goes back one', () => {
  expect(without([7, 8], 1, 1)).toEqual({ queue: [7], index: 0 });
  expect(without([7], 0, 0)).toEqual({ queue: [], index: -1 });
});

test('moving items keeps what plays', () => {
  expect(moved([1, 2, 3, 4], 1, 1, 3)).toEqual({ queue: [1, 3, 4, 2], index: 3 });
  expect(moved([1, 2, 3, 4], 1, 3, 0)).toEqual({ queue: [4, 1, 2, 3], index: 2 });
  expect(moved([1, 2, 3, 4], 2, 0, 3)).toEqual({ queue: [2, 3, 4, 1], index: 1 });
  expect(moved([1, 2, 3, 4], 0, 2, 3)).toEqual({ queue: [1, 2, 4, 3], index: 0 });
});

test('after a shuffle the old order comes back, without what was removed and with what was added', () => {
  expect(unshuffled([3, 1, 4, 2], [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  expect(unshuffled([3, 9, 1, 1], [1, 2, 3, 1])).toEqual([1, 3, 1, 9]);
  expect(unshuffled([5, 6], [])).toEqual([5, 6]);
});
