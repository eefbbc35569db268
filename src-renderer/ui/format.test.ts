import { expect, test } from 'vitest';
import { formatTime, formatWait, plural } from './format.ts';

test('times', () => {
  expect([0, 7, 67, 3727, null].map(formatTime)).toEqual(['0:00', '0:07', '1:07', '1:02:07', '']);
  expect([3.2, 61, 7300].map(formatWait)).toEqual(['4 s', '2 min', '2 h 2 min']);
});

test('counts', () => {
  expect([plural(1, 'track'), plural(12_345, 'track')]).toEqual(['1 track', '12,345 tracks']);
});
