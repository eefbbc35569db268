import { expect, test } from 'vitest';
import { clusteredVectors } from './fixtures/clusters.ts';
import { fitMap, placeInMap } from './fit.ts';
import type { FitOptions } from './fit.ts';
import { distancesIn, measureTrust } from './trust.ts';

const WIDTH = 64;

const optionsFor = (vectors: Float32Array, width = WIDTH): FitOptions => ({
  vectors,
  width,
  dims: 2,
  method: 'umap',
  neighbours: 15,
  minDist: 0.1,
  perplexity: 30,
  seed: 42,
  threads: 2,
});

test.each([2, 3] as const)('a %i-D map keeps neighbourhoods and clusters', async (dims) => {
  const vectors = clusteredVectors(600, WIDTH, 6, 1);
  const { points } = await fitMap({ ...optionsFor(vectors), dims });
  const distancesOf = distancesIn(vectors, WIDTH);
  const trust = await measureTrust({ distancesOf, points, dims, k: 15, seed: 1 });
  expect(trust.trustworthiness).toBeGreaterThan(0.95);
  expect(trust.continuity).toBeGreaterThan(0.95);
  expect(trust.recall).toBeGreaterThan(0.5);
});

test.each([2, 3] as const)('a %i-D t-SNE map keeps neighbourhoods', async (dims) => {
  const vectors = clusteredVectors(600, WIDTH, 6, 1);
  const options = { ...optionsFor(vectors), dims, method: 'tsne' as const };
  const { points } = await fitMap(options);
  const distancesOf = distancesIn(vectors, WIDTH);
  const trust = await measureTrust({ distancesOf, points, dims, k: 15, seed: 1 });
  expect(trust.trustworthiness).toBeGreaterThan(0.97);
  expect(trust.recall).toBeGreaterThan(0.58); // Seeds give 0.596 to 0.610.
  expect(await fitMap({ ...options, threads: 1 })).toMatchObject({ points });
});

test.each(['umap', 'tsne'] as const)('%s keeps the clusters of a small library', async (method) => {
  const options = optionsFor(clusteredVectors(24, WIDTH, 4, 1));
  for (const dims of [2, 3] as const) {
    const { points } = await fitMap({ ...options, dims, method });
    for (let row = 0; row < 24; row++) {
      const distances = distancesIn(points, dims)(row).fill(Infinity, row, row + 1);
      expect(distances.indexOf(Math.min(...distances)) % 4).toBe(row % 4);
    }
  }
});

test('the same seed gives the same map bit for bit, another seed another map', async () => {
  const options = optionsFor(clusteredVectors(200, WIDTH, 4, 2));
  const first = await fitMap(options);
  expect(await fitMap({ ...options, threads: 1 })).toEqual(first);
  expect(await fitMap({ ...options, seed: 43 })).not.toEqual(first);
});

test.each([0, 1, 2, 3, 7, 14, 15, 16])('a library of %i tracks has a finite map', async (n) => {
  const vectors = clusteredVectors(n, WIDTH, 3, 3);
  for (const method of ['umap', 'tsne'] as const) {
    for (const dims of [2, 3] as const) {
      const { points } = await fitMap({ ...optionsFor(vectors), dims, method });
      expect(points).toHaveLength(n * dims);
      expect(points.every(Number.isFinite)).toBe(true);
    }
  }
});

test.each([
  ['identical', (i: number) => (i % 8 === 0 ? 1 : 0)],
  ['zero', () => 0],
])('%s vectors give a finite map', async (_, value) => {
  const vectors = Float32Array.from({ length: 40 * 8 }, (_, i) => value(i));
  for (const method of ['umap', 'tsne', 'pca'] as const) {
    for (const dims of [2, 3] as const) {
      const { points } = await fitMap({ ...optionsFor(vectors, 8), dims, method });
      expect(points.every(Number.isFinite)).toBe(true);
      // Principal components say that there is one point; the others let every track be pointed at.
      if (method !== 'pca') expect(new Set(points).size).toBeGreaterThan(40);
    }
  }
});

test('fewer dimensions than axes is a map too', async () => {
  const vectors = Float32Array.from({ length: 30 }, (_, i) => (i % 2 ? 1 : -1));
  const { points } = await fitMap({ ...optionsFor(vectors, 1), dims: 3, method: 'pca' });
  expect(points.every(Number.isFinite)).toBe(true);
});

test('reports progress that never falls, and stops when asked', async () => {
  const fractions: number[] = [];
  const controller = new AbortController();
  const options = optionsFor(clusteredVectors(3000, WIDTH, 6, 4));
  const fit = fitMap(
    options,
    (stage, fraction, forming) => {
      fractions.push(fraction);
      expect(forming?.every(Number.isFinite) ?? stage === 'neighbours').toBe(true);
      if (stage === 'layout') controller.abort();
    },
    controller.signal,
  );
  await expect(fit).rejects.toMatchObject({ code: 'cancelled' });
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBeLessThan(1);
});

test('new tracks land beside their neighbours and move nothing', async () => {
  const all = clusteredVectors(660, WIDTH, 6, 5);
  const vectors = all.slice(0, 600 * WIDTH);
  const added = all.slice(600 * WIDTH);
  const { points: coordinates } = await fitMap(optionsFor(vectors));
  const before = coordinates.slice();
  const { points: placed } = await placeInMap({ ...optionsFor(vectors), coordinates, added });
  expect(coordinates).toEqual(before);
  let sameCluster = 0;
  for (let i = 0; i < 60; i++)
    sameCluster += Number(nearestRow(coordinates, placed, i) % 6 === i % 6);
  expect(sameCluster).toBeGreaterThanOrEqual(58);
});

test('places into an empty map and into a map of one', async () => {
  const added = clusteredVectors(3, WIDTH, 1, 6);
  const into = async (rows: number): Promise<Float32Array> => {
    const vectors = added.slice(0, rows * WIDTH);
    const coordinates = new Float32Array(rows * 2);
    return (await placeInMap({ ...optionsFor(vectors), coordinates, added })).points;
  };
  expect((await into(0)).every(Number.isFinite)).toBe(true);
  expect((await into(1)).every(Number.isFinite)).toBe(true);
});

function nearestRow(coordinates: Float32Array, placed: Float32Array, i: number): number {
  let best = 0;
  let bestSquare = Infinity;
  for (let j = 0; j < coordinates.length / 2; j++) {
    const dx = coordinates[2 * j] - placed[2 * i];
    const dy = coordinates[2 * j + 1] - placed[2 * i + 1];
    if (dx * dx + dy * dy < bestSquare) {
      bestSquare = dx * dx + dy * dy;
      best = j;
    }
  }
  return best;
}
