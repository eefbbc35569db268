import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { centre, nearestColumn, ranksInRows } from './distances.ts';
import { clusterOrder } from './linkage.ts';
import { measureMatrix } from './matrix.ts';
import type { NamedMembers } from './matrix.ts';
import type { SoundSpace } from './sound-space.ts';
import { measureClasses } from './statistics.ts';

const scipy = JSON.parse(readFileSync(new URL('fixtures/scipy.json', import.meta.url), 'utf8')) as {
  order: { distances: number[][]; plain: number[]; optimalLength: number };
  classes: {
    vectors: number[];
    labels: string[];
    silhouettes: Record<string, number>;
    silhouette: number;
    within: number;
    between: number;
    withinB: number;
    aToB: number;
  };
};

/** Regions of a game (Alola … Unova) against countries (Hawaii, UK, Japan, France, Spain, New York). */
const PUBLISHED = [
  [8.099, 7.373, 8.404, 7.513, 6.973, 7.372],
  [8.455, 7.863, 8.402, 8.136, 7.149, 7.871],
  [9.147, 8.639, 9.281, 8.467, 7.952, 8.01],
  [8.666, 7.904, 8.91, 8.056, 7.74, 8.22],
  [8.103, 7.251, 8.603, 7.586, 7.328, 7.582],
  [9.09, 8.521, 9.469, 8.357, 8.005, 8.316],
];
const diagonal = <Value>(table: Value[][]): Value[] => table.map((row, i) => row[i]);

test('the published matrix: one hub is nearest to five of six, and no region to its own country', () => {
  expect(PUBLISHED.map((row) => nearestColumn(row))).toEqual([4, 4, 4, 4, 1, 4]);
  expect(diagonal(ranksInRows(PUBLISHED))).toEqual([5, 2, 6, 3, 2, 2]);
  const centred = centre(PUBLISHED);
  expect(diagonal(ranksInRows(centred))).toEqual([5, 4, 3, 2, 6, 2]);
  const sums = [...centred, ...centred[0].map((_, c) => centred.map((row) => row[c]))].map((line) =>
    line.reduce((sum, value) => sum + value, 0),
  );
  for (const sum of sums) expect(sum).toBeCloseTo(0, 9);
});

test('a field that is left out changes no level and has no rank', () => {
  const additive = [0, 1, 2].map((r) => [0, 10, 20].map((c) => (r * 10 === c ? 0 : 5 + r + c)));
  const isOwn = (r: number, c: number): boolean => r === c;
  for (const value of centre(additive, isOwn).flat()) expect(value).toBeCloseTo(0, 6);
  expect(diagonal(ranksInRows(additive, isOwn))).toEqual([null, null, null]);
  expect(ranksInRows(additive, isOwn)[0]).toEqual([null, 1, 2]);
});

test('leaves are in the order of SciPy, and in the optimal order no turning is shorter', () => {
  const { distances, plain, optimalLength } = scipy.order;
  expect(clusterOrder(distances, { optimal: false })).toEqual(plain);
  const order = clusterOrder(distances, { optimal: true });
  expect(order.toSorted((a, b) => a - b)).toEqual(plain.toSorted((a, b) => a - b));
  const length = (leaves: number[]): number =>
    leaves.slice(1).reduce((sum, leaf, i) => sum + distances[leaves[i]][leaf], 0);
  expect(length(order)).toBeCloseTo(optimalLength, 6);
  expect(length(order)).toBeLessThan(length(plain));
  expect(clusterOrder([[0]], { optimal: true })).toEqual([0]);
});

function spaceOf(vectors: number[][]): SoundSpace {
  return {
    dims: vectors[0].length,
    rowOf: new Map(vectors.map((_, row) => [row + 1, row])),
    read: (row, target) => target.set(vectors[row]),
  };
}
const group = (name: string, ids: number[]): NamedMembers => ({
  name,
  trackIds: ids.map((id) => id + 100),
  recordingIds: ids,
  seconds: ids.map((id) => id),
});
const usual = { metric: 'l2', pooling: 'tracks', order: 'given' } as const;

test('distances are those between the means, by tracks or by seconds', () => {
  const space = spaceOf([[0], [3], [10], [20]]);
  const sides = [[group('a', [1, 2])], [group('b', [3, 4]), group('gone', [99])]] as const;
  const { distances, columns, nearest, unheardCount } = measureMatrix(space, ...sides, usual);
  expect(columns).toEqual([{ name: 'b', count: 2 }]);
  expect(distances[0][0]).toBeCloseTo(13.5, 9);
  expect(nearest[0]).toMatchObject({ column: 0, lead: null, certainty: 1 });
  expect(unheardCount).toBe(1);
  const bySeconds = measureMatrix(space, ...sides, { ...usual, pooling: 'seconds' });
  expect(bySeconds.distances[0][0]).toBeCloseTo((3 * 10 + 4 * 20) / 7 - 2, 9);
  expect(() => measureMatrix(space, [group('x', [77])], [...sides[1]], usual)).toThrow(
    'No group of the rows has a track',
  );
});

test('the tracks of a field are those nearest to the other mean', () => {
  const space = spaceOf(Array.from({ length: 30 }, (_, i) => [i]));
  const low = group(
    'low',
    Array.from({ length: 15 }, (_, i) => i + 1),
  );
  const high = group(
    'high',
    Array.from({ length: 16 }, (_, i) => i + 15),
  );
  const [[cell]] = measureMatrix(space, [low], [high], usual).cells;
  expect(cell.ofRow.map(({ trackId }) => trackId)).toEqual([
    115, 114, 113, 112, 111, 110, 109, 108,
  ]);
  expect(cell.ofColumn[0]).toEqual({ trackId: 115, distance: 14 - 7 });
  expect(cell.sharedCount).toBe(1);
});

test('a group is not its own nearest, and identical groups are said to be so', () => {
  const space = spaceOf([
    [0, 1],
    [0, 1],
    [5, 5],
    [0, 1],
  ]);
  const groups = [group('a', [1, 2]), group('b', [3]), group('c', [4])];
  const matrix = measureMatrix(space, groups, groups, usual);
  expect(matrix.nearest.map(({ column }) => column)).toEqual([2, 0, 0]);
  expect(matrix.nearest.map(({ certainty }) => certainty)).toEqual([1, expect.any(Number), 1]);
  expect(diagonal(matrix.ranks)).toEqual([null, null, null]);
  const same = measureMatrix(space, [groups[0]], [groups[2]], { ...usual, metric: 'cosine' });
  expect(same.remarks[0]).toContain('sound the same');
  const only = measureMatrix(space, [groups[0]], [groups[0]], usual);
  expect(only.remarks[0]).toContain('the same one group');
});

test('intervals are as wide as the spread of the means', () => {
  // Two groups of 100 around 0 and 10 with deviation 1: the distance has an error of √(2/100).
  const spread = Array.from({ length: 200 }, (_, i) => [
    (i < 100 ? 0 : 10) + Math.sin(i * 12.9898) * Math.SQRT2,
  ]);
  const all = Array.from({ length: 200 }, (_, i) => i + 1);
  const sides = [[group('a', all.slice(0, 100))], [group('b', all.slice(100))]] as const;
  const { margins, resamples } = measureMatrix(spaceOf(spread), ...sides, usual);
  expect(resamples).toBe(300);
  expect(margins[0][0]).toBeGreaterThan(1.96 * Math.sqrt(0.02) * 0.8);
  expect(margins[0][0]).toBeLessThan(1.96 * Math.sqrt(0.02) * 1.2);
});

test('similarities and silhouettes of classes are those of scikit-learn', () => {
  const { vectors, labels, ...expected } = scipy.classes;
  const space = spaceOf(labels.map((_, i) => vectors.slice(6 * i, 6 * i + 6)));
  const named = [...new Set(labels)].map((name) => ({
    name,
    recordingIds: labels.flatMap((label, i) => (label === name ? [i + 1] : [])),
  }));
  const measured = measureClasses(space, named);
  expect(measured.silhouette).toBeCloseTo(expected.silhouette, 9);
  for (const { name, silhouette } of measured.classes) {
    expect(silhouette).toBeCloseTo(expected.silhouettes[name], 9);
  }
  expect(measured.within).toBeCloseTo(expected.within, 9);
  expect(measured.between).toBeCloseTo(expected.between, 9);
  expect(measured.classes[1].within).toBeCloseTo(expected.withinB, 9);
  expect(measured.similarities[0][1]).toBeCloseTo(expected.aToB, 9);
  expect(measured.classes[3].within).toBeNull();
  expect(measured.remarks).toEqual(['1 class has one track only and no similarity within.']);
});

test('one class, or tracks that are all the same, are told in a sentence', () => {
  const space = spaceOf([
    [1, 2],
    [1, 2],
    [1, 2],
    [0, 0],
  ]);
  const only = measureClasses(space, [{ name: 'a', recordingIds: [1, 2] }]);
  expect(only).toMatchObject({ silhouette: null, between: null, within: expect.closeTo(1, 9) });
  expect(only.remarks).toEqual(['All tracks are in one class: there is nothing to tell it from.']);
  const same = measureClasses(space, [
    { name: 'a', recordingIds: [1, 2] },
    { name: 'b', recordingIds: [3] },
  ]);
  expect(same.remarks[0]).toBe('This model hears no difference between the classes.');
  expect(() => measureClasses(space, [{ name: 'x', recordingIds: [9] }])).toThrow('No track');
});
