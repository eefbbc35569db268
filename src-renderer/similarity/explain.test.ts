import { expect, test } from 'vitest';
import { explain } from './explain.ts';

const group = (
  label: string,
  similarity: number,
): { group: string; label: string; similarity: number } => ({
  group: label,
  label,
  similarity,
});

test('a match is explained by what is alike and what is not', () => {
  expect(explain([group('Timbre', 0.9), group('Rhythm', 0.6), group('Chords', -0.4)])).toBe(
    'They are alike in timbre and rhythm, and differ in chords.',
  );
  expect(explain([group('Timbre', 0.9)])).toMatch(/nothing sets them far apart/);
  expect(explain([group('Timbre', -0.9)])).toMatch(/share little/);
  expect(explain([group('Timbre', 0.2)])).toMatch(/neither/);
});
