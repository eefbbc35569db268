import { afterEach, expect, test } from 'vitest';
import { VectorIndex } from './nearest.ts';

const open: VectorIndex[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((index) => index.close()));
});

async function indexOf(vectors: Float32Array, ids: Int32Array, threads = 2): Promise<VectorIndex> {
  const index = await VectorIndex.create(vectors, ids, { threads });
  open.push(index);
  return index;
}

function unitRows(n: number, dims: number, seed: number): Float32Array {
  const rows = new Float32Array(n * dims);
  let state = seed;
  for (let i = 0; i < rows.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223;
    rows[i] = (state >>> 0) / 2 ** 32 - 0.5;
  }
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * dims, (i + 1) * dims);
    const length = Math.hypot(...row);
    for (let d = 0; d < dims; d++) row[d] /= length;
  }
  return rows;
}

/** Brute force in float64: rows by falling dot product. */
function expected(vectors: Float32Array, dims: number, query: Float32Array, k: number): number[] {
  const scores = Array.from({ length: vectors.length / dims }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vectors[row * dims + d] * query[d];
    return { row, sum };
  });
  scores.sort((a, b) => b.sum - a.sum);
  return scores.slice(0, k).map(({ row }) => row);
}

test.each([1, 3, 4, 13, 641])('finds the nearest in %i dimensions', async (dims) => {
  const vectors = unitRows(101, dims, 5);
  const ids = Int32Array.from({ length: 101 }, (_, i) => 1000 + i);
  const index = await indexOf(vectors, ids);
  const query = vectors.slice(7 * dims, 8 * dims);
  const { ids: found, similarities } = await index.nearest(query, 10);
  expect(similarities[0]).toBeCloseTo(1, 5);
  if (dims > 1) expect([...found]).toEqual(expected(vectors, dims, query, 10).map((r) => 1000 + r));
});

test.each([2, 5, 127, 128, 131, 300])('the graph of %i rows is exact', async (n) => {
  const vectors = unitRows(n, 21, 9);
  const index = await indexOf(
    vectors,
    Int32Array.from({ length: n }, (_, i) => i),
  );
  const { k, indices, distances } = await index.allNearest(15);
  expect(k).toBe(Math.min(15, n - 1));
  for (let i = 0; i < n; i++) {
    const row = vectors.slice(i * 21, (i + 1) * 21);
    const others = expected(vectors, 21, row, k + 1).filter((j) => j !== i);
    expect([...indices.subarray(i * k, (i + 1) * k)]).toEqual(others);
    expect(distances.subarray(i * k, (i + 1) * k).every((d) => d >= 0 && d <= 2)).toBe(true);
  }
});

test('answers do not depend on the number of threads', async () => {
  const vectors = unitRows(500, 17, 2);
  const ids = Int32Array.from({ length: 500 }, (_, i) => i);
  const one = await indexOf(vectors, ids, 1);
  const three = await indexOf(vectors, ids, 3);
  expect(await three.allNearest(12)).toEqual(await one.allNearest(12));
  const query = vectors.slice(0, 17);
  expect(await three.nearest(query, 30)).toEqual(await one.nearest(query, 30));
});

test('concurrent queries do not disturb one another', async () => {
  const vectors = unitRows(200, 16, 3);
  const index = await indexOf(
    vectors,
    Int32Array.from({ length: 200 }, (_, i) => i),
  );
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => index.nearest(vectors.slice(i * 16, (i + 1) * 16), 1)),
  );
  expect(answers.map(({ ids }) => ids[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('answers the similarity to every row', async () => {
  const vectors = unitRows(50, 13, 6);
  const index = await indexOf(vectors, new Int32Array(50));
  const similarities = await index.similarities(vectors.slice(13, 26));
  expect(similarities).toHaveLength(50);
  expect(similarities[1]).toBeCloseTo(1, 5);
  const order = Array.from(similarities.keys()).sort((a, b) => similarities[b] - similarities[a]);
  expect(order).toEqual(expected(vectors, 13, vectors.slice(13, 26), 50));
});

test('an empty library has no neighbours, and a wrong query is refused', async () => {
  const empty = await indexOf(new Float32Array(0), new Int32Array(0));
  expect((await empty.nearest(new Float32Array(0), 5)).ids).toHaveLength(0);
  expect((await empty.allNearest(15)).k).toBe(0);
  expect(() => empty.nearest(new Float32Array(3), 5)).toThrow('another size');
});

test('a cancelled graph ends with its code', async () => {
  const index = await indexOf(unitRows(1000, 32, 4), new Int32Array(1000));
  const graph = index.allNearest(15, () => {}, AbortSignal.abort());
  await expect(graph).rejects.toMatchObject({ code: 'cancelled' });
});
