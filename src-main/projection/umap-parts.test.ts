import { expect, test } from 'vitest';
import { fitCurve } from './curve.ts';
import { fuzzyUnion, membershipStrengths } from './fuzzy-graph.ts';
import { PointTree } from './map-neighbours.ts';
import { projectPca } from './pca.ts';
import { registerMap } from './registration.ts';
import { trustPerTrack } from './track-trust.ts';
import { distancesIn, measureTrust } from './trust.ts';
import scikitLearn from './fixtures/scikit-learn.json' with { type: 'json' };

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

test('a map equal to the data is fully trusted', async () => {
  const points = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898) * 43.7);
  const distancesOf = distancesIn(points, 2);
  const trust = await measureTrust({ distancesOf, points, dims: 2, k: 5, seed: 1 });
  expect(trust).toEqual({ trustworthiness: 1, continuity: 1, recall: 1 });
});

test('a sample estimates what all points give', async () => {
  const vectors = Float32Array.from({ length: 900 }, (_, i) => Math.sin(i * i * 1.7));
  const points = vectors.filter((_, i) => i % 3 < 2);
  const options = {
    distancesOf: distancesIn(vectors, 3),
    points,
    dims: 2 as const,
    k: 10,
    seed: 7,
  };
  const all = await measureTrust(options);
  const sampled = await measureTrust({ ...options, sampleAbove: 150 });
  expect(sampled).not.toEqual(all);
  expect(sampled.trustworthiness).toBeCloseTo(all.trustworthiness, 1);
  expect(all.trustworthiness).toBeLessThan(1);
});

test('trust by hand: one intruder and one missing neighbour', async () => {
  // On a line 0, 1, 3, 7; on the map the last two change places. k = 1, n = 4.
  const distancesOf = distancesIn(Float32Array.from([0, 1, 3, 7]), 1);
  const points = Float32Array.from([0, 0, 1, 0, 7, 0, 3, 0]);
  const trust = await measureTrust({ distancesOf, points, dims: 2, k: 1, seed: 1 });
  // Row 3 has neighbour 1 on the map (2nd in sound), row 2 has neighbour 3 on the map (3rd in sound,
  // ranks 1 2 3 = rows 1 0 3): penalty (2 - 1) + (3 - 1) = 3 of 2 / (4 × 1 × 4).
  expect(trust.trustworthiness).toBeCloseTo(1 - (2 / 16) * 3, 6);
  expect(trust.recall).toBe(0.5);
});

test('trust as scikit-learn has it', async () => {
  const { vectors, width, points, expected } = scikitLearn;
  const trust = await measureTrust({
    distancesOf: distancesIn(Float32Array.from(vectors), width),
    points: Float32Array.from(points),
    dims: 2,
    k: 15,
    seed: 1,
  });
  expect(trust.trustworthiness).toBeCloseTo(expected.trustworthiness, 5);
  expect(trust.continuity).toBeCloseTo(expected.continuity, 5);
  expect(trust.recall).toBeCloseTo(expected.recall, 5);
});

test('the tree answers the radius that sorting gives', () => {
  const points = Float32Array.from(
    { length: 900 },
    (_, i) => Math.sin(i * i * 0.37) * (1 + (i % 7)),
  );
  for (const dims of [2, 3]) {
    const tree = new PointTree(points, dims);
    for (let row = 0; row < 900 / dims; row += 17) {
      const sorted = distancesIn(points, dims)(row).sort();
      expect(tree.radius(row, 9)).toBeCloseTo(sorted[9], 4);
    }
  }
  expect(new PointTree(Float32Array.of(1, 2), 2).radius(0, 3)).toBe(Infinity);
});

test('a track is trusted by the share of true neighbours that are near it', () => {
  // Two groups of 60 tracks at 60 places each; the first track of one lies among the others.
  const points = Float32Array.from({ length: 240 }, (_, i) =>
    i % 2 ? Math.cos(i) : (i < 120 ? 0 : 100) + Math.sin(i * 7),
  );
  points[0] = 100;
  const indices = Int32Array.from({ length: 120 * 15 }, (_, e) => {
    const row = Math.floor(e / 15);
    return row - (row % 60) + ((row + 1 + (e % 15)) % 60);
  });
  const { trust, near } = trustPerTrack(
    { k: 15, indices, distances: new Float32Array(1800) },
    points,
    2,
  );
  expect([trust[0], near[0]]).toEqual([0, 0]);
  expect(trust[70]).toBeGreaterThan(0.5);
});

test.each([2, 3] as const)(
  'registration undoes a turn, a mirror, a scale and a shift in %i-D',
  (dims) => {
    const old = Float32Array.from(
      { length: 20 * dims },
      (_, i) => Math.sin(i * i * 1.3) * (1 + (i % dims)),
    );
    const turned = Float32Array.from(old, (_, i) => {
      const at = i - (i % dims);
      const [x, y] = [old[at], old[at + 1]];
      if (i % dims === 0) return 7 + 3 * (x * Math.cos(1) - y * Math.sin(1));
      if (i % dims === 1) return -2 - 3 * (x * Math.sin(1) + y * Math.cos(1));
      return 3 * old[i] + 1;
    });
    const rows = [3, 5, 6, 11, 12, 19];
    const targets = Float32Array.from(
      rows.flatMap((row) => [...old.slice(row * dims, (row + 1) * dims)]),
    );
    const registered = registerMap(turned, dims, rows, targets);
    registered.forEach((value, i) => expect(value).toBeCloseTo(old[i], 4));
  },
);

test('points on a line cannot be registered and stay as they are', () => {
  const points = Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3);
  expect(registerMap(points, 2, [0, 1, 2, 3], points)).toEqual(points);
});
