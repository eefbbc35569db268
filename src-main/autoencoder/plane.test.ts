import { expect, test } from 'vitest';
import { Random } from '../base/random.ts';
import type { TrackRow } from '../library/contract.ts';
import { partnersByTitle } from './pairs.ts';
import { drawPoint, rankOf, varianceShares } from './plane.ts';

test('shares of variance are those of the principal directions, however the plane is turned', () => {
  const line = { values: Float32Array.from({ length: 20 }, (_, i) => (i >> 1) * 3), dims: 2 };
  expect(varianceShares(line).map((share) => Number(share.toFixed(6)))).toEqual([1, 0]);
  // An ellipse with axes 2 : 1, turned by 30°.
  const values = Float32Array.from({ length: 720 }, (_, i) => {
    const angle = (Math.PI * (i >> 1)) / 180;
    const [x, y] = [2 * Math.cos(angle), Math.sin(angle)];
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    return i % 2 === 0 ? c * x - s * y : s * x + c * y;
  });
  const shares = varianceShares({ values, dims: 2 });
  expect(shares[0]).toBeCloseTo(0.8, 5);
  expect(shares[1]).toBeCloseTo(0.2, 5);
  const cube = Float32Array.from({ length: 24 }, (_, i) => ((i % 24) >> (i % 3)) & 1);
  expect(varianceShares({ values: cube, dims: 3 }).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  expect(varianceShares({ values: new Float32Array(8).fill(5), dims: 2 })).toEqual([0, 0]);
});

test('drawn points have the mean and covariance of the points they stand for', () => {
  const random = new Random(4);
  const source = Float32Array.from(
    { length: 400 },
    (_, i) => (i % 2 === 0 ? 3 : -1) + random.next(),
  );
  for (let i = 0; i < 400; i += 2) source[i + 1] += 0.5 * source[i];
  const drawn = Array.from({ length: 4000 }, () => drawPoint({ values: source, dims: 2 }, random));
  const mean = [0, 1].map((d) => drawn.reduce((sum, point) => sum + point[d] / 4000, 0));
  expect(mean[0]).toBeCloseTo(3.5, 1);
  expect(mean[1]).toBeCloseTo(1.25, 1);
  const covariance = drawn.reduce((sum, [x, y]) => sum + ((x - mean[0]) * (y - mean[1])) / 4000, 0);
  expect(covariance).toBeCloseTo(0.5 / 12, 2);
  expect(drawPoint({ values: Float32Array.of(2, 5), dims: 2 }, random)).toEqual([2, 5]);
});

test('a partner has rank 1 where nothing lies nearer', () => {
  const points = { values: Float32Array.of(0, 0, 1, 0, 3, 0, 3.5, 0), dims: 2 };
  expect(rankOf(points, 0, 1)).toBe(1);
  expect(rankOf(points, 0, 3)).toBe(3);
  expect(rankOf(points, 3, 0)).toBe(3);
});

test('partners are found by their titles', () => {
  const rows = ['Harbour (calm)', 'Harbour (Storm)', 'Forest', 'Forest storm', 'calm', 'storm'];
  const tracks = rows.map((title, i) => ({ id: i + 1, title }) as TrackRow);
  expect(partnersByTitle(tracks, ['calm', 'storm'])).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(partnersByTitle(tracks, ['', 'storm'])).toEqual([[3, 4]]);
  expect(partnersByTitle(tracks, ['storm', 'storm'])).toEqual([]);
});
