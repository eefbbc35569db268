import { expect, test } from 'vitest';
import { outlineOf } from './contours.ts';
import { fitMap } from './fit.ts';
import { clusteredVectors } from './fixtures/clusters.ts';
import { Random } from '../base/random.ts';
import { nameRegions } from './region-names.ts';
import type { RecordingTags } from './region-names.ts';
import { findRegions } from './regions.ts';

const GENRES = ['Jazz', 'Metal', 'Samba', 'Techno', 'Choral', 'Blues'];

const untagged: RecordingTags = { genres: [], artist: '', year: null, tempo: null };

async function foundIn(n: number, dims: 2 | 3) {
  const options = { neighbours: 15, minDist: 0.1, perplexity: 30, seed: 42, threads: 2 };
  const vectors = clusteredVectors(n, 32, 6, 3);
  const { points, graph } = await fitMap({ ...options, vectors, width: 32, dims, method: 'umap' });
  const tags = Array.from({ length: n }, (_, row) => ({ ...untagged, genres: [GENRES[row % 6]] }));
  return { points, ...findRegions(graph, points, dims, tags, 42) };
}

test('regions are the clusters of the embedding, named by their genres, nested in one another', async () => {
  const { regions, regionOf } = await foundIn(1200, 2);
  const overview = regions.filter((region) => region.level === 0);
  expect(overview.map((region) => region.name).sort()).toEqual([...GENRES].sort());
  expect(overview.every((region) => region.purity > 0.98 && region.unlabelled === 0)).toBe(true);
  expect(new Set(regions.map((region) => region.level))).toEqual(new Set([0, 1, 2]));
  regions.forEach((region, at) => {
    if (region.parent === null) return expect(region.level).toBe(0);
    expect(regions[region.parent].level).toBe(region.level - 1);
    const children = regions.filter((other) => other.parent === region.parent);
    expect(children).toContain(regions[at]);
    const sum = children.reduce((total, child) => total + child.count, 0);
    expect(sum).toBe(regions[region.parent].count);
  });
  expect(regionOf.every((at) => regions[at].level === 2)).toBe(true);
});

test('the same input gives the same regions, in 3-D with a middle and no outline', async () => {
  const first = await foundIn(300, 3);
  expect(await foundIn(300, 3)).toEqual(first);
  expect(first.regions[0].centre).toHaveLength(3);
  expect(first.regions[0].contours).toEqual([]);
});

test.each([0, 3, 6, 9, 30])('a library of %i tracks has regions or none', async (n) => {
  const { regions, regionOf } = await foundIn(n, 2);
  expect(regionOf).toHaveLength(n);
  expect(regionOf.every((at) => at < regions.length)).toBe(true);
});

test('names are what a region has more often than the library, and differ', () => {
  const tags = Array.from({ length: 90 }, (_, row): RecordingTags => ({
    genres: row < 60 ? ['Rock'] : ['Rock', 'Bossa nova'],
    artist: `Artist ${row}`,
    year: row < 30 ? 1994 : 1965,
    tempo: 120,
  }));
  const rows = [0, 30, 60].map((first) => Array.from({ length: 30 }, (_, i) => first + i));
  const names = nameRegions(tags, rows, true).map(({ name }) => name);
  expect(names[0]).toContain('1990s');
  expect(names[2]).toMatch(/^Bossa nova/);
  expect(new Set(names).size).toBe(3);
});

test('an artist names no region of the overview, and many tracks weigh as few', () => {
  const tags = Array.from({ length: 60 }, (_, row): RecordingTags => ({
    ...untagged,
    genres: [row < 20 ? 'Parody' : row < 30 ? 'Folk' : 'Pop'],
    artist: row < 20 ? 'One Man' : `Artist ${row}`,
  }));
  const rows = [
    Array.from({ length: 30 }, (_, i) => i),
    Array.from({ length: 30 }, (_, i) => 30 + i),
  ];
  const [overview] = nameRegions(tags, rows, true);
  expect(overview.name).toBe('Folk · Parody');
  const [detail] = nameRegions(tags, rows, false);
  expect(detail.name).toBe('Folk · One Man');
});

test('regions without tags have names that differ, and say that nothing is labelled', () => {
  const tags = Array.from({ length: 6 }, () => untagged);
  const found = nameRegions(
    tags,
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    true,
  );
  expect(found.map(({ name }) => name)).toEqual(['Unnamed', 'Unnamed 2']);
  expect(found[0]).toMatchObject({ purity: 0, unlabelled: 1 });
});

test('outlines hold most of the points, and two islands are two outlines', () => {
  const random = new Random(1);
  const points = Float32Array.from({ length: 800 }, (_, i) => {
    const noise = random.next() + random.next() - 1;
    return noise + (i % 2 === 0 && i >= 400 ? 8 : 0);
  });
  const rows = Array.from({ length: 400 }, (_, row) => row);
  const { contours, centre } = outlineOf(points, rows);
  expect(contours).toHaveLength(2);
  const isInside = (row: number): boolean =>
    contours.some((polygon) => contains(polygon, points[2 * row], points[2 * row + 1]));
  const inside = rows.filter(isInside).length / rows.length;
  expect(inside).toBeGreaterThan(0.8);
  expect(inside).toBeLessThan(0.99);
  expect(contours.some((polygon) => contains(polygon, ...centre))).toBe(true);
});

test('points at one place have an outline or none, never a broken one', () => {
  const { contours } = outlineOf(new Float32Array(20), [0, 1, 2, 3]);
  expect(contours.flat().every(Number.isFinite)).toBe(true);
});

function contains(polygon: number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const crosses = polygon[i + 1] > y !== polygon[j + 1] > y;
    const at =
      ((polygon[j] - polygon[i]) * (y - polygon[i + 1])) / (polygon[j + 1] - polygon[i + 1]);
    if (crosses && x < at + polygon[i]) inside = !inside;
  }
  return inside;
}
