import { expect, test } from 'vitest';
import { fitCurve } from './curve.ts';
import { fuzzyUnion, membershipStrengths } from './fuzzy-graph.ts';
import { projectPca } from './pca.ts';
import { measureTrust } from './trust.ts';

// umap-learn 0.5.3, find_ab_params(spread=1, min_dist): the values its documentation and issues quote.
test.each([
  [0.1, 1.577, 0.8951],
  [0.001, 1.929, 0.7915],
])('minDist %f gives the curve of umap-learn', (minDist, a, b) => {
  const curve = fitCurve(minDist);
  expect(curve.a).toBeCloseTo(a, 2);
  expect(curve.b).toBeCloseTo(b, 2);
});

test('strengths fall with distance and sum to log2 of the neighbourhood', () => {
  const distances = Float32Array.from([0.1, 0.2, 0.4, 0.5]);
  const graph = { k: 4, indices: Int32Array.from([1, 2, 3, 4]), distances };
  const strengths = membershipStrengths(graph);
  expect(strengths[0]).toBe(1);
  expect([...strengths]).toEqual([...strengths].sort((a, b) => b - a));
  expect(strengths.reduce((a, b) => a + b)).toBeCloseTo(Math.log2(5), 4);
});

test('both directions of an edge carry the same weight', () => {
  const graph = {
    k: 1,
    indices: Int32Array.from([1, 0, 1]),
    distances: Float32Array.from([0.1, 0.1, 0.4]),
  };
  const { heads, tails, weights } = fuzzyUnion(graph, Float32Array.from([0.5, 0.25, 0.5]));
  const edges = Array.from(heads, (head, e) => [head, tails[e], weights[e]]);
  expect(edges).toEqual([
    [0, 1, 0.625],
    [1, 0, 0.625],
    [1, 2, 0.5],
    [2, 1, 0.5],
  ]);
});

test('principal components of a line with a known direction', () => {
  const vectors = Float32Array.from({ length: 20 }, (_, i) =>
    i % 2 ? 4 * Math.floor(i / 2) : 3 * Math.floor(i / 2),
  );
  const scores = projectPca(vectors, 2, 2, 1);
  for (let i = 0; i < 10; i++) {
    expect(scores[2 * i]).toBeCloseTo(5 * (i - 4.5), 4);
    expect(scores[2 * i + 1]).toBeCloseTo(0, 4);
  }
});

test('a map equal to the data is fully trusted', () => {
  const points = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898) * 43.7);
  const trust = measureTrust({ vectors: points, width: 2, points, dims: 2, k: 5, seed: 1 });
  expect(trust).toMatchObject({ trustworthiness: 1, continuity: 1, recall: 1 });
});

test('a sample estimates what all points give', () => {
  const vectors = Float32Array.from({ length: 900 }, (_, i) => Math.sin(i * i * 1.7));
  const points = Float32Array.from(
    { length: 600 },
    (_, i) => vectors[Math.floor(i / 2) * 3 + (i % 2)],
  );
  const options = { vectors, width: 3, points, dims: 2 as const, k: 10, seed: 7 };
  const all = measureTrust(options);
  const sampled = measureTrust({ ...options, sampleAbove: 150 });
  expect(sampled.rows).toHaveLength(150);
  expect(sampled.trustworthiness).toBeCloseTo(all.trustworthiness, 1);
  expect(all.trustworthiness).toBeLessThan(1);
});

test('trust by hand: one intruder and one missing neighbour', () => {
  // On a line 0, 1, 3, 7; on the map the last two change places. k = 1, n = 4.
  const vectors = Float32Array.from([0, 1, 3, 7]);
  const points = Float32Array.from([0, 0, 1, 0, 7, 0, 3, 0]);
  const trust = measureTrust({ vectors, width: 1, points, dims: 2, k: 1, seed: 1 });
  // Row 3 has neighbour 1 on the map (2nd in sound), row 2 has neighbour 3 on the map (3rd in sound,
  // ranks 1 2 3 = rows 1 0 3): penalty (2 - 1) + (3 - 1) = 3 of 2 / (4 × 1 × 4).
  expect(trust.trustworthiness).toBeCloseTo(1 - (2 / 16) * 3, 6);
  expect(trust.recall).toBe(0.5);
});
