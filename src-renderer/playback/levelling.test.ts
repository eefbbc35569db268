import { expect, test } from 'vitest';
import { levellingGain } from './levelling.ts';

test('loud tracks are turned down to the target, unmeasured ones stay', () => {
  expect(levellingGain(-18, null)).toBe(1);
  expect(levellingGain(-12, null)).toBeCloseTo(0.501, 3);
  expect(levellingGain(-12, 0.3)).toBeCloseTo(0.501, 3);
  expect(levellingGain(null, -20)).toBe(1);
  expect(levellingGain(-Infinity, -20)).toBe(1);
});

test('quiet tracks are turned up as far as their true peak allows', () => {
  expect(levellingGain(-24, null)).toBe(1);
  expect(levellingGain(-24, -20)).toBeCloseTo(1.995, 3);
  expect(levellingGain(-24, -4)).toBeCloseTo(1.413, 3);
  expect(levellingGain(-24, 0.5)).toBe(1);
  expect(levellingGain(-60, -50)).toBeCloseTo(3.981, 3);
});
