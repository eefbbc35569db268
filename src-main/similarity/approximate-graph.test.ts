import { expect, test } from 'vitest';
import { clusteredVectors } from '../projection/fixtures/clusters.ts';
import { approximateGraph } from './approximate-graph.ts';
import { VectorIndex } from './nearest.ts';
import type { NeighbourGraph } from './nearest.ts';

const WIDTH = 37;

async function exactGraph(vectors: Float32Array, n: number, k: number): Promise<NeighbourGraph> {
  const index = await VectorIndex.create(vectors, new Int32Array(n), { threads: 2 });
  try {
    return await index.allNearest(k);
  } finally {
    await index.close();
  }
}

test.each([15, 90])('finds nearly all of the %i nearest, in order', async (k) => {
  const n = 4000;
  const vectors = clusteredVectors(n, WIDTH, 8, 1);
  const found = await approximateGraph(vectors, WIDTH, k, { threads: 2 });
  const exact = await exactGraph(vectors, n, k);
  let hits = 0;
  for (let row = 0; row < n; row++) {
    const truth = new Set(exact.indices.subarray(row * k, (row + 1) * k));
    const own = found.indices.subarray(row * k, (row + 1) * k);
    expect(own).not.toContain(row);
    expect(new Set(own).size).toBe(k);
    for (const other of own) hits += Number(truth.has(other));
  }
  expect(hits / (n * k)).toBeGreaterThan(0.98);
  for (let e = 1; e < found.distances.length; e++) {
    if (e % k > 0) expect(found.distances[e]).toBeGreaterThanOrEqual(found.distances[e - 1]);
  }
});

test('the graph does not depend on the number of threads', async () => {
  const vectors = clusteredVectors(3000, WIDTH, 5, 2);
  const one = await approximateGraph(vectors, WIDTH, 15, { threads: 1 });
  expect(await approximateGraph(vectors, WIDTH, 15, { threads: 3 })).toEqual(one);
});

test('equal rows have neighbours too', async () => {
  const vectors = new Float32Array(1000 * 4).map((_, i) => Number(i % 4 === 0));
  const { indices, distances } = await approximateGraph(vectors, 4, 90, { threads: 2 });
  expect(indices.every((row) => row >= 0 && row < 1000)).toBe(true);
  expect(distances.every((distance) => distance === 0)).toBe(true);
});

test('a cancelled graph ends with its code', async () => {
  const vectors = clusteredVectors(1000, WIDTH, 5, 3);
  const graph = approximateGraph(vectors, WIDTH, 15, { threads: 2, signal: AbortSignal.abort() });
  await expect(graph).rejects.toMatchObject({ code: 'cancelled' });
});
