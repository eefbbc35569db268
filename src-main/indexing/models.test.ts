import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import type { Host } from '../base/host.ts';
import { createLog } from '../base/log.ts';
import type { WritableDb } from '../database/room.ts';
import type { ModelProgress } from '../embedding/contract.ts';
import { modelsOf, tinyInstalled } from '../embedding/fixtures/tiny-installed.ts';
import { createEmbedding, headScoresOf, segmentsOf, vectorOf } from '../embedding/room.ts';
import type { Embedding } from '../embedding/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { createInference } from '../inference/room.ts';
import type { Inference, NetworkFile, Session } from '../inference/room.ts';
import { TestLibrary } from '../library/fixtures/test-library.ts';
import type { InstalledModel } from '../models/room.ts';
import { settings as settingsSchema } from '../settings/contract.ts';
import { writeTone } from './fixtures/write-tone.ts';
import { createIndexing } from './room.ts';
import type { Indexing } from './room.ts';

const resources = fileURLToPath(new URL('../../resources', import.meta.url));
const settings = settingsSchema.parse({ maxProcesses: 2 });

let folder: string;
let inference: Inference;
let own: TestLibrary;
let db: WritableDb;
let installed: InstalledModel[];
let embedding: Embedding;
let indexing: Indexing;
let decodes: number;
let priorities: number[];
let slowness: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-models-'));
  const host = { forkWorker: forkNodeWorker, log: createLog('error') };
  inference = createInference({ host, dataFolder: folder });
});
afterAll(() => {
  inference.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  own = new TestLibrary(forkNodeWorker);
  ({ db } = own);
  installed = [tinyInstalled('yamnet', folder), tinyInstalled('musicnn-msd', folder)];
  decodes = 0;
  priorities = [];
  slowness = 0;
  embedding = createEmbedding({
    db,
    log: createLog('error'),
    settings: { current: () => settings },
    models: modelsOf(installed),
    // Only the processor: the other devices are tested in `inference`.
    inference: { open: openOnProcessor },
  });
  const host: Host = {
    ...own.host,
    paths: { ...own.host.paths, resources },
    forkWorker: (name) => {
      const worker = forkNodeWorker(name);
      const send = worker.send.bind(worker);
      return {
        ...worker,
        send: (message) => {
          if ((message as { name: string }).name === 'analyse') {
            decodes++;
            priorities.push(getPriority(worker.pid));
          }
          send(message);
        },
      };
    },
  };
  indexing = createIndexing({
    db,
    host,
    embedding,
    settings: { current: () => settings },
    ffmpeg: () => findFfmpeg({ settingPath: null }),
    library: own.library,
  });
  embedding.events.on('embedding.wanted', () => void indexing.calls['indexing.start']({}));
});
afterEach(async () => {
  await indexing.close();
  await own.close();
});

async function openOnProcessor(network: NetworkFile): Promise<Session> {
  const session = await inference.open(network, { provider: 'cpu' });
  const run: Session['run'] = async (feeds, fetches) => {
    await sleep(slowness);
    return session.run(feeds, fetches);
  };
  return { ...session, run };
}

async function addTones(first: number, end: number, seconds = 3): Promise<void> {
  mkdirSync(own.folder, { recursive: true });
  for (let i = first; i < end; i++) {
    writeTone(own.at(`tone ${i}.wav`), { hertz: 200 + 37 * i, seconds });
  }
  await own.scan();
  await own.library.scanAll();
}

const count = (sql: string): number => db.prepare(`SELECT count(*) ${sql}`).pluck().get() as number;
const progress = (id: string): ModelProgress =>
  (embedding.calls['embedding.getModels']({}) as ModelProgress[]).find((one) => one.id === id)!;
const hear = async (...models: string[]): Promise<void> => {
  for (const model of models) await embedding.calls['embedding.run']({ model });
  await indexing.run();
};

test('a first run decodes every track once for the features and all models', async () => {
  await addTones(0, 3);
  await hear('yamnet', 'musicnn-msd');
  expect(decodes).toBe(3);
  for (const model of ['features', 'yamnet', 'musicnn-msd']) {
    expect(count(`FROM vectors WHERE model = '${model}'`), model).toBe(3);
  }
  const version = { model: 'yamnet', version: '1' };
  expect(vectorOf(db, version, 1)).toHaveLength(1024);
  const segments = segmentsOf(db, version, 1)!;
  expect([...segments.starts]).toEqual([0]);
  const mean = vectorOf(db, version, 1)!;
  const isHalf = (value: number, d: number): boolean =>
    Math.abs(value - mean[d]) <= Math.abs(mean[d]) * 2 ** -11 + 1e-7;
  expect(segments.vectors.every(isHalf)).toBe(true);
  const labels = headScoresOf(db, version, 1);
  expect(labels).toHaveLength(10);
  expect(labels[0].label).toMatch(/^class \d+$/);
  expect(labels[0].probability).toBeGreaterThanOrEqual(labels[9].probability);
  expect(progress('yamnet')).toMatchObject({ done: 3, missing: 0, failed: 0, device: 'cpu' });
  expect(progress('yamnet').bytes).toBe(3 * 1024 * 4 + 3 * (1024 * 2 + 4));
  await indexing.run();
  expect(decodes).toBe(3);
});

test('over a library that was heard, only what is missing is run; new tracks join in', async () => {
  await addTones(0, 3);
  await indexing.run();
  const features = db.prepare(`SELECT vector FROM vectors WHERE model = 'features'`).all();
  expect(progress('yamnet')).toMatchObject({ state: 'idle', missing: 3, done: 0 });
  await hear('yamnet');
  expect(decodes).toBe(6);
  expect(progress('yamnet')).toMatchObject({ missing: 0, done: 3, installed: true });
  expect(db.prepare(`SELECT vector FROM vectors WHERE model = 'features'`).all()).toEqual(features);
  await addTones(3, 5);
  await indexing.run();
  expect(decodes).toBe(8);
  expect(progress('yamnet')).toMatchObject({ missing: 0, done: 5 });
  await embedding.calls['embedding.pause']({ model: 'yamnet' });
  await addTones(5, 6);
  await indexing.run();
  expect(progress('yamnet')).toMatchObject({ state: 'idle', missing: 1, done: 5 });
  await embedding.calls['embedding.removeVectors']({ model: 'yamnet' });
  for (const table of ['vectors', 'segment_vectors', 'head_scores']) {
    expect(count(`FROM ${table} WHERE model = 'yamnet'`)).toBe(0);
  }
  expect(count(`FROM vectors WHERE model = 'features'`)).toBe(6);
});

test('what a slow model is still busy with is not decoded again', async () => {
  slowness = 200;
  await addTones(0, 4);
  await hear('musicnn-msd');
  expect(decodes).toBe(4);
  expect(progress('musicnn-msd')).toMatchObject({ done: 4, missing: 0 });
});

test('decoding takes what a model on the processor leaves of it', async () => {
  await addTones(0, 2);
  await indexing.run();
  await hear('yamnet');
  const usual = getPriority();
  expect(priorities).toEqual([usual, usual, 19, 19]);
});

test('a run that was ended goes on where it was', async () => {
  await addTones(0, 8);
  await indexing.run();
  await embedding.calls['embedding.run']({ model: 'yamnet' });
  while (progress('yamnet').done === 0) await sleep(5);
  await indexing.calls['indexing.cancel']({});
  const { done } = progress('yamnet');
  expect(done).toBeLessThan(8);
  expect(progress('yamnet').failed).toBe(0);
  const before = decodes;
  await hear('yamnet');
  expect(decodes - before).toBe(8 - done);
  expect(progress('yamnet')).toMatchObject({ done: 8, missing: 0 });
});

test('the vectors of an older version stay until the new ones are complete', async () => {
  await addTones(0, 6);
  await hear('yamnet');
  installed[0] = tinyInstalled('yamnet', folder, { version: '2' });
  expect(progress('yamnet')).toMatchObject({ missing: 6, done: 0 });
  const run = hear('yamnet');
  while (count(`FROM vectors WHERE model_version = '2'`) === 0) await sleep(5);
  expect(count(`FROM vectors WHERE model = 'yamnet' AND model_version = '1'`)).toBe(6);
  await run;
  expect(count(`FROM vectors WHERE model = 'yamnet' AND model_version = '1'`)).toBe(0);
  expect(progress('yamnet')).toMatchObject({ missing: 0, done: 6 });
});

test('a model that does not work is paused with its reason, and the others go on', async () => {
  installed[1] = tinyInstalled('musicnn-msd', folder, {
    version: 'broken',
    network: Buffer.from('no network'),
  });
  await addTones(0, 2);
  await hear('yamnet', 'musicnn-msd');
  expect(progress('yamnet')).toMatchObject({ done: 2, notice: null });
  expect(progress('musicnn-msd')).toMatchObject({ done: 0, failed: 0, missing: 2, state: 'idle' });
  expect(progress('musicnn-msd').notice).toMatch(/^[A-Z].*\.$/s);
  expect(count(`FROM tracks WHERE status = 'analysed'`)).toBe(2);
});

test('a track that a model cannot take is marked for that model only', async () => {
  // MusiCNN centres its frames and takes anything; YAMNet's windows need 25 ms.
  writeTone(own.at('blink.wav'), { seconds: 0.02 });
  await addTones(0, 1);
  await hear('yamnet', 'musicnn-msd');
  expect(progress('musicnn-msd').failed).toBe(0);
  const { failed, done, missing } = progress('yamnet');
  const analysed = count(`FROM tracks WHERE status IN ('analysed', 'partial')`);
  expect([failed + done, missing]).toEqual([analysed, 0]);
});

test('a trial hears some tracks, keeps them and foretells the rest', async () => {
  await addTones(0, 22, 1);
  await indexing.run();
  const trial = await embedding.calls['embedding.tryModel']({ model: 'yamnet' });
  expect(trial).toMatchObject({ model: 'yamnet', tracks: 20, device: 'cpu' });
  expect(trial.tracksPerMinute).toBeGreaterThan(0);
  expect(trial.forecastSeconds).toBeGreaterThan(0);
  await indexing.run();
  expect(progress('yamnet')).toMatchObject({ state: 'idle', done: 20, missing: 2 });
  expect(progress('yamnet').tracksPerMinute).toBeGreaterThan(0);
  await expect(
    (async () => embedding.calls['embedding.tryModel']({ model: 'features' }))(),
  ).rejects.toThrow('hand-crafted');
});
