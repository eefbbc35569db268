import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WorkerProcess } from '../base/host.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { loadVectors, saveSegments, saveVector, storedVersion } from '../embedding/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import type { TrackRow } from '../library/contract.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { similarityCalls } from './contract.ts';
import { createSimilarity } from './room.ts';
import type { Similarity } from './room.ts';

let folder: string;
let db: WritableDb;
let similarity: Similarity;
let lastWorker: WorkerProcess;
/** What the text network makes of any words. */
let words: Float32Array;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-similarity-'));
  const databasePath = join(folder, 'library.db');
  db = openDatabase(databasePath);
  similarity = createSimilarity({
    databasePath,
    forkWorker: () => (lastWorker = forkNodeWorker('similarity')),
    trackRows: (ids) => ids.map((id) => ({ id }) as TrackRow),
    textVector: () => Promise.resolve(words),
  });
});

afterEach(() => {
  similarity.close();
  db.close();
  rmSync(folder, { recursive: true });
});

function find(trackIds: number[], more: object = {}) {
  const request = similarityCalls['similarity.findSimilar'].input.parse({ trackIds, ...more });
  return similarity.calls['similarity.findSimilar'](request);
}

test('a process answers the nearest tracks, best first, without the seed', async () => {
  addTracks(db, 0, 100);
  const { results, candidateCount, model } = await find([5], { count: 10 });
  expect([candidateCount, model]).toEqual([100, 'features']);
  expect(results).toHaveLength(10);
  expect(results.every(({ track }) => track.id % 4 === 1 && track.id !== 5)).toBe(true);
  const similarities = results.map((result) => result.similarity);
  expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  expect(similarities[0]).toBeLessThanOrEqual(1.0001);
});

test('several seeds are one question, and new vectors are heard of', async () => {
  addTracks(db, 0, 40);
  const { results } = await find([1, 2], { count: 40 });
  expect(results).toHaveLength(38);
  addTracks(db, 40, 60);
  expect((await find([1])).candidateCount).toBe(40);
  similarity.forget();
  expect((await find([1])).candidateCount).toBe(60);
});

test('questions that arrive together are all answered', async () => {
  addTracks(db, 0, 60);
  const answers = await Promise.all([1, 2, 3].map((id) => find([id])));
  similarity.forget();
  const again = await Promise.all([1, 2, 3].map((id) => find([id])));
  expect(again).toEqual(answers);
});

test('two tracks are compared as a whole and by group', async () => {
  addTracks(db, 0, 40);
  const compare = (a: number, b: number, model = 'features') =>
    similarity.calls['similarity.compareTracks']({ a, b, model });
  const alike = await compare(1, 5);
  expect(alike.groups.map(({ group }) => group)).toContain('timbre');
  expect(alike.similarity).toBeGreaterThan((await compare(1, 2)).similarity);
  expect((await compare(3, 3)).similarity).toBeCloseTo(1, 5);
});

/** A second model: the odd recordings sound alike to it, and each has a stretch of its own at 10 s. */
function addEars(count: number): void {
  const ears = { model: 'ears', version: '1' };
  for (let id = 1; id <= count; id++) {
    const vector = Float32Array.of(5 + (id % 2), 5 - (id % 2), 5 + id / 1000, 5);
    saveVector(db, ears, id, vector);
    const stretch = Float32Array.of(5, 5, 5, 5 + (id % 3));
    saveSegments(db, ears, id, {
      starts: Float32Array.of(0, 10),
      vectors: Float32Array.from([...vector, ...stretch]),
    });
  }
}

test('models are asked alone or together, by their ranks and weights', async () => {
  addTracks(db, 0, 40);
  addEars(40);
  const alone = await find([1], { model: 'ears', count: 19 });
  expect(alone.results.every(({ track }) => track.id % 2 === 1)).toBe(true);
  const fuse = (ears: number, features: number) =>
    find([1], {
      count: 12,
      fuse: [
        { model: 'ears', weight: ears },
        { model: 'features', weight: features },
      ],
    });
  const both = await fuse(1, 1);
  // Tracks of the seed's own cluster are near by both models.
  expect(both.results.slice(0, 5).every(({ track }) => track.id % 2 === 1)).toBe(true);
  expect(both.results[0].track.id % 4).toBe(1);
  expect(both.results[0].similarity).toBeLessThanOrEqual(1);
  expect(both.results[0].ranks!.map(({ model }) => model)).toEqual(['ears', 'features']);
  const idsOf = ({ results }: typeof both) => results.map(({ track }) => track.id);
  expect(idsOf(await fuse(1, 0))).toEqual(idsOf(await find([1], { model: 'ears', count: 12 })));
  const unheard = await find([1], {
    fuse: [
      { model: 'none', weight: 1 },
      { model: 'ears', weight: 1 },
    ],
  });
  expect(unheard.results.length).toBeGreaterThan(0);
  await expect(find([1], { fuse: [{ model: 'none', weight: 1 }] })).rejects.toThrow(
    'by this model',
  );
});

test('two tracks are told apart by a model, with the seconds at which they are most alike', async () => {
  addTracks(db, 0, 12);
  addEars(12);
  const compare = (a: number, b: number, model: string) =>
    similarity.calls['similarity.compareTracks']({ a, b, model });
  const byEars = await compare(1, 4, 'ears');
  expect(byEars.groups).toHaveLength(1);
  expect(byEars.similarity).toBeLessThan(0);
  expect(byEars.moment).toMatchObject({ model: 'ears', aSeconds: 10, bSeconds: 10 });
  expect(byEars.moment!.similarity).toBeCloseTo(1, 5);
  expect((await compare(1, 3, 'ears')).moment).toMatchObject({ aSeconds: 0, bSeconds: 0 });
  expect((await compare(1, 4, 'features')).moment).toEqual(byEars.moment);
});

test('what was not analysed yet is told in words', async () => {
  await expect(find([1])).rejects.toMatchObject({ code: 'unavailable' });
  addTracks(db, 0, 10);
  similarity.forget();
  await expect(find([99])).rejects.toThrow('was not heard');
});

test('a process that dies is started again at the next question', async () => {
  addTracks(db, 0, 20);
  await find([1]);
  lastWorker.kill();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await find([1])).candidateCount).toBe(20);
});

test('words find the tracks whose plain vectors point their way', async () => {
  addTracks(db, 0, 40);
  const search = similarityCalls['similarity.searchText'].input;
  const ask = (count: number) =>
    similarity.calls['similarity.searchText'](
      search.parse({ text: 'slow piano', count, model: 'features' }),
    );
  const version = storedVersion(db, 'features')!;
  const { vectors, dims } = loadVectors(db, { model: 'features', version });
  const wanted = vectors.slice(6 * dims, 7 * dims);
  words = wanted.map((value) => value / Math.hypot(...wanted));
  const { results, candidateCount } = await ask(5);
  expect([results.length, candidateCount]).toEqual([5, 40]);
  expect(results[0].track.id).toBe(7);
  expect(results[0].similarity).toBeCloseTo(1, 5);
  const similarities = results.map((result) => result.similarity);
  expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  words = new Float32Array(3);
  await expect(ask(5)).rejects.toThrow('of different models');
  expect(search.safeParse({ text: '   ' }).success).toBe(false);
});
