import { expect, test } from 'vitest';
import { levellingGain } from './levelling.ts';

test('loud tracks are turned down to the target, quiet and unmeasured ones stay', () => {
  expect(levellingGain(-18)).toBe(1);
  expect(levellingGain(-12)).toBeCloseTo(0.501, 3);
  expect(levellingGain(-30)).toBe(1);
  expect(levellingGain(null)).toBe(1);
  expect(levellingGain(-Infinity)).toBe(1);
});
