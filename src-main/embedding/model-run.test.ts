import { expect, test } from 'vitest';
import { AppError } from '../base/errors.ts';
import { BatchSize } from './batch-size.ts';
import { builtInManifest } from './fixtures/tiny-installed.ts';
import type { Segment } from './front-end/segments.ts';
import { fromHalf, toHalf } from './half-float.ts';
import { ModelRun } from './model-run.ts';
import type { NetworkSession } from './model-run.ts';
import { TrackHearing } from './track-hearing.ts';
import { TrackPool } from './track-pool.ts';

const yamnet = builtInManifest('yamnet');
const manifest = {
  ...yamnet,
  labels: undefined,
  embedding: { ...yamnet.embedding, dims: 2 },
};
const SIZE = manifest.segment.frames * manifest.frontEnd.bands;

/** A segment of one value throughout; the network below gives it and its square. */
const segment = (value: number, startSeconds: number): Segment => ({
  values: new Float32Array(SIZE).fill(value),
  startSeconds,
  seconds: 0.96,
});

/** @param refuse what the device says of a batch of these values, if anything */
function network(refuse: (values: number[]) => AppError | null = () => null) {
  const batches: number[][] = [];
  const session: NetworkSession = {
    provider: 'cpu',
    release: () => Promise.resolve(),
    run: async (feeds) => {
      const { data, dims } = feeds[manifest.input.name];
      const values = Array.from({ length: dims[0] }, (_, row) => data[row * SIZE]);
      const problem = refuse(values);
      if (problem) throw problem;
      batches.push(values);
      const pairs = values.flatMap((value) => [value, value * value]);
      return { out: { dims: [dims[0], 2], data: Float32Array.from(pairs) } };
    },
  };
  return { session, batches };
}

function runOf(session: NetworkSession, batch: number) {
  const halts: string[] = [];
  const run = new ModelRun({
    manifest,
    session,
    output: 'out',
    batchSize: new BatchSize(4 * SIZE, batch),
    onHalt: ({ message }) => halts.push(message),
  });
  return { run, halts };
}

/** Sends the segments of several tracks in turns. */
async function hear(run: ModelRun, tracks: number[][]) {
  const hearings = tracks.map(() => new TrackHearing(2));
  const longest = Math.max(...tracks.map(({ length }) => length));
  for (let i = 0; i < longest; i++) {
    tracks.forEach((values, track) => {
      if (i < values.length) void run.add(hearings[track], segment(values[i], i));
    });
  }
  return Promise.all(
    hearings.map((hearing) =>
      hearing.end().then(
        (pooled) => [...pooled!.vector],
        (thrown: AppError) => thrown.message,
      ),
    ),
  );
}

test('batches hold segments of several tracks, and every track gets the mean of its own', async () => {
  const { session, batches } = network();
  const { run } = runOf(session, 4);
  const heard = await hear(run, [
    [1, 3, 5],
    [2, 4],
  ]);
  expect(heard).toEqual([[3, 35 / 3].map(Math.fround), [3, 10]]);
  expect(Math.max(...batches.map(({ length }) => length))).toBe(3);
  expect(batches.flat().sort()).toEqual([1, 2, 3, 4, 5]);
});

test('a track that the network fails on fails alone; the others of its batch are heard', async () => {
  const { session } = network((values) =>
    values.includes(66) ? new AppError('internal', 'It did not work.') : null,
  );
  const { run, halts } = runOf(session, 4);
  expect(await hear(run, [[1, 1]])).toEqual([[1, 1]]);
  expect(
    await hear(run, [
      [2, 2],
      [66, 2],
      [3, 3],
    ]),
  ).toEqual([[2, 4], 'It did not work.', [3, 9]]);
  expect(halts).toEqual([]);
});

test('values that are no numbers belong to the track that they came from', async () => {
  const { session } = network();
  const { run } = runOf(session, 4);
  const [first, second] = await hear(run, [[NaN, 1], [2]]);
  expect(first).toMatch(/no numbers/);
  expect(second).toEqual([2, 4]);
});

test('where memory runs out, batches become smaller and nothing is lost', async () => {
  const { session, batches } = network((values) =>
    values.length > 2 ? new AppError('out-of-memory', 'Too much.') : null,
  );
  const { run, halts } = runOf(session, 8);
  const [heard] = await hear(run, [Array.from({ length: 30 }, () => 2)]);
  expect(heard).toEqual([2, 4]);
  expect(batches.flat()).toHaveLength(30);
  expect(halts).toEqual([]);
});

test('a network that never works is given up once, and every track hears why', async () => {
  const { session } = network(() => new AppError('unavailable', 'No device.'));
  const { run, halts } = runOf(session, 2);
  expect(await hear(run, [[1, 2, 3], [4]])).toEqual(['No device.', 'No device.']);
  expect(halts).toEqual(['No device.']);
  expect(await hear(run, [[5]])).toEqual(['No device.']);
});

test('a network that hangs is given up at once, although it has worked before', async () => {
  let asked = 0;
  const { session } = network((values) => {
    asked++;
    return values.includes(66) ? new AppError('timeout', 'It gave no answer.') : null;
  });
  const { run, halts } = runOf(session, 4);
  expect(await hear(run, [[1]])).toEqual([[1, 1]]);
  expect(await hear(run, [[66, 2, 66, 66]])).toEqual(['It gave no answer.']);
  expect([halts, asked]).toEqual([['It gave no answer.'], 3]);
});

test('the size of batches grows while that is worth it', () => {
  const size = new BatchSize(1024, null);
  const measure = (perSegment: number): void => {
    const count = size.size;
    for (let i = 0; i < 3; i++) size.add(count, perSegment * count);
  };
  measure(10);
  measure(6);
  expect([size.size, size.isSettled]).toEqual([4, false]);
  measure(5.9);
  expect([size.size, size.isSettled]).toEqual([2, true]);
  expect(new BatchSize(64 * 1024 * 1024, null).size).toBe(1);
  expect(new BatchSize(1024, 16).isSettled).toBe(true);
});

test('vectors are kept for stretches of ten seconds, however short segments are', () => {
  const pool = new TrackPool(1);
  for (let i = 0; i < 50; i++) pool.add(i * 0.48, Float32Array.of(i), null);
  const { starts, stretches, vector } = pool.finish()!;
  expect([...starts].map((start) => Math.round(start * 100))).toEqual([0, 1008, 2016]);
  expect([...stretches]).toEqual([10, 31, 45.5]);
  expect([...vector]).toEqual([24.5]);
  expect(new TrackPool(1).finish()).toBeNull();
});

test('half precision is rounded as IEEE 754 says', () => {
  const exact = [0, -0, 1, -2.5, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity];
  expect([...fromHalf(toHalf(Float32Array.from(exact)))]).toEqual(exact);
  const rounded = Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520, 2 ** -25, NaN);
  expect([...fromHalf(toHalf(rounded))]).toEqual([1, 1 + 2 ** -9, Infinity, 0, NaN]);
  for (let i = 0; i < 2000; i++) {
    const value = Math.fround(Math.sin(i) * 10 ** ((i % 9) - 5));
    const [half] = fromHalf(toHalf(Float32Array.of(value)));
    expect(Math.abs(half - value)).toBeLessThanOrEqual(
      Math.max(Math.abs(value) * 2 ** -11, 2 ** -25),
    );
  }
});
