import { expect, test } from 'vitest';
import { outlineOf } from './contours.ts';
import { fitMap } from './fit.ts';
import { clusteredVectors } from './fixtures/clusters.ts';
import { Random } from '../base/random.ts';
import { RegionNames } from './region-names.ts';
import type { KnownFacts, RecordingTags } from './region-names.ts';
import { findRegions } from './regions.ts';
import type { Sound } from './sound-words.ts';

const GENRES = ['Jazz', 'Metal', 'Samba', 'Techno', 'Choral', 'Blues'];

const untagged: RecordingTags = { genres: [], artist: '', year: null };

/** The names of regions of one level. */
function namesOf(known: KnownFacts, regions: number[][], isOverview = true): string[] {
  const names = new RegionNames(known);
  return regions.map((rows) => names.nameOf(rows, isOverview).name);
}

const rowsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

async function foundIn(n: number, dims: 2 | 3) {
  const options = { neighbours: 15, minDist: 0.1, perplexity: 30, seed: 42, threads: 2 };
  const vectors = clusteredVectors(n, 32, 6, 3);
  const { points, graph } = await fitMap({ ...options, vectors, width: 32, dims, method: 'umap' });
  const tags = Array.from({ length: n }, (_, row) => ({ ...untagged, genres: [GENRES[row % 6]] }));
  return { points, ...findRegions(graph, points, dims, { tags, sounds: [] }, 42) };
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
  }));
  const rows = [0, 30, 60].map((first) => rowsFrom(first, 30));
  const names = namesOf({ tags, sounds: [] }, rows);
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
  const rows = [rowsFrom(0, 30), rowsFrom(30, 30)];
  const known = { tags, sounds: [] };
  expect(namesOf(known, rows)[0]).toBe('Folk · Parody');
  expect(namesOf(known, rows, false)[0]).toBe('Folk · One Man');
});

test('regions of which nothing is known have names that differ, and say that nothing is labelled', () => {
  const tags = Array.from({ length: 6 }, () => untagged);
  const names = new RegionNames({ tags, sounds: [] });
  expect(names.nameOf([0, 1, 2], true)).toEqual({ name: 'Mixed', purity: 0, unlabelled: 1 });
  expect(names.nameOf([3, 4, 5], true).name).toBe('Mixed 2');
});

const plain: Sound = {
  tempo: 120,
  loudness: -12,
  dynamics: 6,
  minor: 0,
  brightness: 2000,
  noise: 0.1,
  onsets: 1,
  pulse: 0.5,
};

test('without tags, regions are named by how their sound differs from that of the others', () => {
  const sounds = rowsFrom(0, 90).map((row): Sound => {
    const jitter = (row % 10) / 10;
    if (row < 30) return { ...plain, tempo: 70 + jitter, brightness: 900 + jitter };
    return row < 60
      ? { ...plain, tempo: 160 + jitter, loudness: -6 + jitter }
      : { ...plain, tempo: 115 + jitter, brightness: 2500 + jitter };
  });
  const tags = sounds.map(() => untagged);
  const rows = [0, 30, 60].map((first) => rowsFrom(first, 30));
  expect(namesOf({ tags, sounds }, rows)).toEqual(['Slow · dark', 'Fast · loud', 'Bright · quiet']);
});

test('a region is called after its sound where all tracks share their tags, and no two after the same', () => {
  const tags = rowsFrom(0, 80).map(() => ({ ...untagged, genres: ['Soundtrack'] }));
  const sounds = tags.map((_, row) => ({
    ...plain,
    tempo: row < 40 ? 80 : 150,
    loudness: row < 40 ? -20 : -8,
    brightness: row % 40 < 20 ? 3000 : 900,
  }));
  const rows = [0, 20, 40, 60].map((first) => rowsFrom(first, 20));
  const names = namesOf({ tags, sounds }, rows);
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).not.toMatch(/Soundtrack|\d/);
});

test('what chance brings, what nobody hears and what was not measured is no word', () => {
  const random = new Random(5);
  const tags = rowsFrom(0, 400).map(() => untagged);
  const sounds = tags.map((_, row) => ({
    ...plain,
    tempo: 90 + 60 * random.next(),
    loudness: row < 40 ? -12.2 : -12,
    brightness: row < 360 ? NaN : 3000,
  }));
  const rows = rowsFrom(0, 10).map((part) => rowsFrom(40 * part, 40));
  const names = namesOf({ tags, sounds }, rows);
  for (const name of names) expect(name).toMatch(/^Mixed/);
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
