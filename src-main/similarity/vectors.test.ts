import { expect, test } from 'vitest';
import { compareVectors } from './compare.ts';
import { diversify } from './diversify.ts';
import type { Candidate, DiversifyOptions } from './diversify.ts';
import { fitStandardiser, standardise } from './standardise.ts';

test('standardised rows have length one and groups weigh the same', () => {
  const vectors = Float32Array.from([0, 0, 0, 1, 100, 10, 2, 0, 20, 3, 100, 5]);
  const groups = [[0], [1, 2]];
  const { mean, scale } = fitStandardiser(vectors, 3, { groups });
  expect([...mean]).toEqual([1.5, 50, 8.75]);
  expect(scale[0]).toBeCloseTo(1 / Math.sqrt(1.25));
  expect(scale[1]).toBeCloseTo(1 / 50 / Math.SQRT2);
  const rows = standardise(vectors, 3, { mean, scale });
  for (let i = 0; i < 4; i++) expect(Math.hypot(...rows.subarray(3 * i, 3 * i + 3))).toBeCloseTo(1);
});

test('constant dimensions, equal rows and values that are no numbers never give NaN', () => {
  const vectors = Float32Array.from([5, 1, 5, NaN, 5, 3]);
  const rows = standardise(vectors, 2, fitStandardiser(vectors, 2));
  expect(rows.every(Number.isFinite)).toBe(true);
  const same = new Float32Array(6).fill(0.1);
  expect(standardise(same, 2, fitStandardiser(same, 2)).every((value) => value === 0)).toBe(true);
});

test('a group of weight nothing does not count', () => {
  const vectors = Float32Array.from([0, 9, 1, 2, 2, 7]);
  const options = { groups: [[0], [1]], weights: [1, 0] };
  const rows = standardise(vectors, 2, fitStandardiser(vectors, 2, options));
  expect([rows[1], rows[3], rows[5]].every((value) => value === 0)).toBe(true);
});

test('compares overall and per group', () => {
  const a = Float32Array.from([1, 0, 1, 1]);
  const b = Float32Array.from([1, 0, -1, -1]);
  const { overall, groups } = compareVectors(a, b, [[0], [1], [2, 3]]);
  expect(overall).toBeCloseTo(-1 / 3);
  expect(groups[0]).toBe(1);
  expect(groups[1]).toBe(0);
  expect(groups[2]).toBeCloseTo(-1);
});

const PLAIN: DiversifyOptions = {
  count: 10,
  diversity: 0,
  maxPerArtist: 0,
  maxPerAlbum: 0,
  foldDuplicates: false,
};

const candidate = (id: number, similarity: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  similarity,
  vector: Float32Array.from([Math.cos(id), Math.sin(id)]),
  artist: null,
  album: null,
  title: null,
  audioHash: null,
  ...more,
});

const ids = (candidates: Candidate[]): number[] => candidates.map(({ id }) => id);

test('without diversity the nearest come first', () => {
  const list = [candidate(1, 0.2), candidate(2, 0.9), candidate(3, 0.5)];
  expect(ids(diversify(list, PLAIN))).toEqual([2, 3, 1]);
});

test('diversity prefers what is unlike the chosen ones', () => {
  const east = Float32Array.from([1, 0]);
  const list = [
    candidate(1, 0.9, { vector: east }),
    candidate(2, 0.89, { vector: east }),
    candidate(3, 0.6, { vector: Float32Array.from([0, 1]) }),
  ];
  expect(ids(diversify(list, { ...PLAIN, diversity: 0.5 }))).toEqual([1, 3, 2]);
});

test('caps per artist and album, and tracks without either are free', () => {
  const list = [
    candidate(1, 0.9, { artist: 'a', album: 'x' }),
    candidate(2, 0.8, { artist: 'a', album: 'y' }),
    candidate(3, 0.7, { artist: 'b', album: 'x' }),
    candidate(4, 0.6),
    candidate(5, 0.5),
  ];
  expect(ids(diversify(list, { ...PLAIN, maxPerArtist: 1 }))).toEqual([1, 3, 4, 5]);
  expect(ids(diversify(list, { ...PLAIN, maxPerAlbum: 1 }))).toEqual([1, 2, 4, 5]);
});

test('copies are folded by audio, or by title and sound together', () => {
  const vector = Float32Array.from([1, 0]);
  const list = [
    candidate(1, 0.9, { audioHash: 'h', title: 'Ébène (Remastered)', vector }),
    candidate(2, 0.9, { audioHash: 'h' }),
    candidate(3, 0.8, { audioHash: 'i', title: 'ebene!', vector }),
    candidate(4, 0.7, { audioHash: 'j', title: 'Other', vector }),
    candidate(5, 0.6, { audioHash: 'k', title: 'Ebène', vector: Float32Array.from([0, 1]) }),
  ];
  const folded = diversify(list, { ...PLAIN, foldDuplicates: true });
  expect(ids(folded)).toEqual([1, 4, 5]);
});
