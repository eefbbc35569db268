import { expect, test } from 'vitest';
import { secondsAt, shareAt } from './heard-time.ts';

const PASSAGES = [
  { startSeconds: 100, seconds: 50 },
  { startSeconds: 300, seconds: 150 },
];

test('moments of the track and shares of what was heard lead to each other', () => {
  for (const seconds of [100, 120, 149, 300, 371, 449]) {
    expect(secondsAt(shareAt(seconds, PASSAGES), PASSAGES)).toBeCloseTo(seconds, 9);
  }
  expect(shareAt(375, PASSAGES)).toBeCloseTo(0.625, 9);
});

test('what was not heard lies where the next passage begins', () => {
  expect(shareAt(0, PASSAGES)).toBe(0);
  expect(shareAt(200, PASSAGES)).toBe(0.25);
  expect(shareAt(900, PASSAGES)).toBe(1);
  expect([shareAt(3, []), secondsAt(0.5, [])]).toEqual([1, 0]);
});
