import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import type { FfmpegSearch } from '../audio/room.ts';
import type { Host, WorkerProcess } from '../base/host.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { withoutModels } from '../embedding/fixtures/no-models.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { TestLibrary } from '../library/fixtures/test-library.ts';
import { settings as settingsSchema } from '../settings/contract.ts';
import type { Settings } from '../settings/contract.ts';
import type { IndexingStatus } from './contract.ts';
import { writeTone } from './fixtures/write-tone.ts';
import { createIndexing } from './room.ts';
import type { Indexing } from './room.ts';

const resources = fileURLToPath(new URL('../../resources', import.meta.url));

let own: TestLibrary;
let db: WritableDb;
let indexing: Indexing;
let settings: Settings;
let lastWorker: WorkerProcess;
let onFork: (worker: WorkerProcess) => void;

beforeEach(() => {
  own = new TestLibrary(forkNodeWorker);
  ({ db } = own);
  settings = settingsSchema.parse({ maxProcesses: 2 });
  onFork = () => {};
  indexing = create();
});
afterEach(async () => {
  await indexing.close();
  await own.close();
});

function create(
  ffmpeg: () => Promise<FfmpegSearch> = () => findFfmpeg({ settingPath: null }),
): Indexing {
  const host: Host = {
    ...own.host,
    paths: { ...own.host.paths, resources },
    forkWorker: (name) => {
      lastWorker = forkNodeWorker(name);
      onFork(lastWorker);
      return lastWorker;
    },
  };
  const current = (): Settings => settings;
  const embedding = withoutModels(db);
  return createIndexing({
    db,
    host,
    settings: { current },
    ffmpeg,
    embedding,
    library: own.library,
  });
}

const status = (): IndexingStatus => indexing.calls['indexing.getStatus']({}) as IndexingStatus;
const count = (sql: string): number => db.prepare(`SELECT count(*) ${sql}`).pluck().get() as number;
const statuses = (): Record<string, string> =>
  Object.fromEntries(
    db.prepare('SELECT title, status FROM tracks').raw().all() as [string, string][],
  );

function writeTones(amount: number, seconds?: number): void {
  for (let i = 0; i < amount; i++) {
    writeTone(own.at(`tone ${i}.wav`), { hertz: 200 + 37 * i, seconds });
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(3);
}

function expectAllStoredOnce(amount: number): void {
  expect(count(`FROM tracks WHERE status = 'analysed'`)).toBe(amount);
  expect(count('FROM recordings')).toBe(amount);
  expect(count('FROM vectors')).toBe(amount);
}

test('what is heard is stored once, with a vector, and is not heard again', async () => {
  writeTones(3);
  writeTone(own.at('again.wav'), { hertz: 200 });
  own.put('tagged.mp3', 'tagged.mp3');
  await own.scan();
  const analysed: number[] = [];
  indexing.events.on('indexing.tracksAnalysed', ({ trackIds }) => analysed.push(...trackIds));
  await indexing.run();
  expect(status()).toMatchObject({ state: 'idle', notice: null, current: [] });
  expect(count(`FROM tracks WHERE status = 'analysed' AND recording_id IS NOT NULL`)).toBe(5);
  expect(count('FROM recordings')).toBe(4);
  expect(analysed.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  const blobs = db.prepare('SELECT vector FROM vectors').pluck().all() as Buffer[];
  expect(blobs.map(({ length }) => length)).toEqual([2564, 2564, 2564, 2564]);
  for (const blob of blobs) {
    for (let i = 0; i < blob.length; i += 4) expect(blob.readFloatLE(i)).toSatisfy(Number.isFinite);
  }
  const changes = (): number => db.prepare('SELECT total_changes()').pluck().get() as number;
  const before = changes();
  await indexing.run();
  expect(changes()).toBe(before);
});

test('files that are no music are failed with a sentence; the rest is heard', async () => {
  writeTones(2);
  writeFileSync(own.at('empty.mp3'), '');
  writeFileSync(own.at('letter.mp3'), 'This is a letter.\n'.repeat(300));
  writeFileSync(own.at('zeros.flac'), Buffer.alloc(9000));
  writeFileSync(own.at('list.m4a'), `#EXTM3U\n#EXTINF:9,\nfile://${own.at('tone 0.wav')}\n`);
  writeFileSync(own.at('\u001b[31m%n\n$(reboot).ogg'), Buffer.alloc(5000, 'OggS'));
  writeTone(own.at('blink.wav'), { seconds: 0.01 });
  writeTone(own.at('nothing.wav'), { seconds: 0 });
  await own.scan();
  await indexing.run();
  const { total, failures } = await indexing.calls['indexing.listFailures']({
    offset: 0,
    limit: 9,
  });
  expect(failures.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['decode-failed', 'decode-failed']),
  );
  for (const { message } of failures) expect(message).toMatch(/^[A-Z].*\.$/s);
  expect(statuses()).toMatchObject({ 'tone 0': 'analysed', 'tone 1': 'analysed' });
  expect(total).toBeGreaterThanOrEqual(6);
  expect(count(`FROM tracks WHERE status = 'waiting'`)).toBe(0);
  expect(indexing.calls['indexing.retryFailed']({})).toEqual({ retried: total });
  await indexing.run();
  expect(count(`FROM tracks WHERE status = 'failed'`)).toBe(total);
});

test('a file that a process dies with is tried once more, alone, after the others', async () => {
  writeTone(own.at('a victim.wav'), { seconds: 30 });
  writeTones(3);
  await own.scan();
  settings.maxProcesses = 1;
  const killed: (number | undefined)[] = [];
  const killer = setInterval(() => {
    if (!status().current.includes('a victim') || killed.includes(lastWorker.pid)) return;
    killed.push(lastWorker.pid);
    lastWorker.kill();
  }, 5);
  await indexing.run();
  clearInterval(killer);
  expect(killed).toHaveLength(2);
  expect(statuses()).toMatchObject({ 'a victim': 'failed', 'tone 2': 'analysed' });
  const [{ code, message }] = (
    await indexing.calls['indexing.listFailures']({ offset: 0, limit: 9 })
  ).failures;
  expect([code, message]).toEqual(['process-died', expect.stringMatching(/crashed on this file/)]);
  indexing.calls['indexing.retryFailed']({});
  await indexing.run();
  expectAllStoredOnce(4);
});

test('where every process dies, the run halts and blames no file', async () => {
  writeTones(8);
  await own.scan();
  onFork = (worker) => worker.kill();
  await indexing.run();
  expect(status()).toMatchObject({ state: 'paused', notice: { code: 'process-died' } });
  expect(count(`FROM tracks WHERE status = 'waiting'`)).toBe(8);
  onFork = () => {};
  indexing.calls['indexing.resume']({});
  await indexing.run();
  expect(status()).toMatchObject({ state: 'idle', notice: null });
  expectAllStoredOnce(8);
});

test('pause, resume, cancel and start', async () => {
  writeTones(12, 10);
  await own.scan();
  const done = (): number => count(`FROM tracks WHERE status = 'analysed'`);
  const run = indexing.run();
  await until(() => done() > 0);
  indexing.calls['indexing.pause']({});
  await until(() => status().processes.active === 0);
  const whenPaused = done();
  await sleep(200);
  expect(status()).toMatchObject({ state: 'paused', etaSeconds: null });
  expect(done()).toBe(whenPaused);
  expect(whenPaused).toBeLessThan(12);
  indexing.calls['indexing.resume']({});
  await until(() => done() > whenPaused);
  await indexing.calls['indexing.cancel']({});
  await run;
  expect(status().state).toBe('idle');
  expect(done()).toBeLessThan(12);
  expect(count(`FROM tracks WHERE status = 'waiting'`)).toBe(12 - done());
  indexing.wake();
  expect(status().state).toBe('idle'); // The user has ended it.
  indexing.calls['indexing.start']({});
  await indexing.run();
  expectAllStoredOnce(12);
});

test('music pauses the run where the settings say so', async () => {
  writeTones(2);
  await own.scan();
  settings.pauseWhilePlaying = true;
  indexing.setPlaying(true);
  const run = indexing.run();
  await until(() => status().state === 'paused');
  indexing.setPlaying(false);
  await run;
  expectAllStoredOnce(2);
});

test('a full disk halts the run and loses nothing', async () => {
  writeTones(6);
  await own.scan();
  const pages = db.pragma('page_count', { simple: true }) as number;
  db.pragma(`max_page_count = ${pages + 4}`);
  await indexing.run();
  expect(status()).toMatchObject({ state: 'paused', notice: { code: 'disk-full' } });
  expect(count(`FROM tracks WHERE status = 'failed'`)).toBe(0);
  db.pragma('max_page_count = 100000');
  indexing.calls['indexing.resume']({});
  await indexing.run();
  expect(status().notice).toBeNull();
  expectAllStoredOnce(6);
});

test('at any moment every track is counted once', async () => {
  writeTones(8);
  await own.scan();
  const totals = new Set<number>();
  const look = setInterval(() => {
    const [{ waiting, active, done, failed }] = status().stages;
    totals.add(waiting + active + done + failed);
  }, 1);
  await indexing.run();
  clearInterval(look);
  expect([...totals]).toEqual([8]);
});

test('a missing ffmpeg is said, and the run begins once it is there', async () => {
  writeTones(1);
  await own.scan();
  let isInstalled = false;
  indexing = create(() =>
    isInstalled
      ? findFfmpeg({ settingPath: null })
      : Promise.resolve({ ffmpeg: null, message: 'Install ffmpeg.' }),
  );
  await indexing.run();
  const notice = { code: 'ffmpeg-missing', message: 'Install ffmpeg.' };
  expect(status()).toMatchObject({ state: 'idle', notice });
  isInstalled = true;
  indexing.applySettings();
  await until(() => status().stages[0].done === 1);
  expect(status().notice).toBeNull();
});

test('an ffmpeg that goes away during the run halts it', async () => {
  writeTones(2);
  await own.scan();
  const ffmpeg = {
    path: '/gone/ffmpeg',
    version: '1',
    resampler: 'soxr',
    source: 'system',
  } as const;
  indexing = create(() => Promise.resolve({ ffmpeg, message: null }));
  await indexing.run();
  expect(status()).toMatchObject({ state: 'paused', notice: { code: 'ffmpeg-missing' } });
  expect(count(`FROM tracks WHERE status = 'waiting'`)).toBe(2);
});

test('tracks of a folder that goes away keep waiting', async () => {
  writeTones(10, 5);
  await own.scan();
  const run = indexing.run();
  await until(() => status().stages[0].done > 0);
  renameSync(own.folder, `${own.folder} away`);
  await run;
  expect(status()).toMatchObject({ state: 'idle', notice: null });
  expect(count(`FROM tracks WHERE status IN ('failed', 'missing')`)).toBe(0);
  expect(count(`FROM tracks WHERE status = 'waiting'`)).toBeGreaterThan(0);
  renameSync(`${own.folder} away`, own.folder);
  await own.scan();
  await indexing.run();
  expectAllStoredOnce(10);
});

test('the music folder is never written to', async () => {
  writeTones(3);
  const look = (): unknown =>
    ['.', ...readdirSync(own.folder)].map((name) => {
      const { mtimeMs, ctimeMs, size } = statSync(own.at(name));
      return { name, mtimeMs, ctimeMs, size };
    });
  const before = look();
  await own.scan();
  await indexing.run();
  expectAllStoredOnce(3);
  expect(look()).toEqual(before);
});

test('a moved and touched file keeps the id of the track it was', async () => {
  writeTones(2);
  await own.scan();
  await indexing.run();
  const before = db.prepare(`SELECT id, recording_id FROM tracks WHERE title = 'tone 0'`).get();
  renameSync(own.at('tone 0.wav'), own.at('renamed.wav'));
  utimesSync(own.at('renamed.wav'), 1_000_000_000, 1_000_000_000);
  await own.scan();
  await own.library.scanAll();
  await indexing.run();
  expect(db.prepare(`SELECT id, recording_id FROM tracks WHERE title = 'renamed'`).get()).toEqual(
    before,
  );
  expectAllStoredOnce(2);
});

test('what another version of the values heard is heard again at the first occasion', async () => {
  writeTones(2);
  await own.scan();
  await indexing.run();
  await indexing.close();
  db.exec(`UPDATE vectors SET model_version = 'older'`);
  indexing = create();
  indexing.wake();
  await indexing.run();
  expect(count('FROM recordings')).toBe(2);
  expect(count(`FROM vectors WHERE model_version <> 'older'`)).toBe(2);
});

test('a file that changes while it is heard keeps waiting', async () => {
  writeTone(own.at('live.wav'), { seconds: 60 });
  await own.scan();
  const run = indexing.run();
  await until(() => status().current.includes('live'));
  db.exec('UPDATE tracks SET size = size + 1');
  await run;
  expect(statuses()).toEqual({ live: 'waiting' });
  expect(count('FROM recordings')).toBe(0);
});

test('a track that is removed while it is heard leaves nothing behind', async () => {
  writeTone(own.at('gone.wav'), { seconds: 60 });
  await own.scan();
  const run = indexing.run();
  await until(() => status().current.includes('gone'));
  db.exec('DELETE FROM tracks');
  rmSync(own.at('gone.wav'));
  await run;
  expect(count('FROM recordings') + count('FROM vectors')).toBe(0);
});

test('a disk without room halts the run as well', async (context) => {
  const disk = `${own.base}-disk`;
  if (!mountSmallDisk(disk)) return context.skip('Only root can mount a small disk.');
  onTestFinished(() => void execFileSync('sh', ['-c', 'umount "$0" && rmdir "$0"', disk]));
  await indexing.close();
  await own.close();
  own = new TestLibrary(forkNodeWorker, { db: openDatabase(join(disk, 'library.db')) });
  ({ db } = own);
  indexing = create();
  writeTones(20, 1);
  await own.scan();
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 50_000));
  await indexing.run();
  expect(status()).toMatchObject({ state: 'paused', notice: { code: 'disk-full' } });
  expect(count(`FROM tracks WHERE status = 'failed'`)).toBe(0);
  rmSync(join(disk, 'ballast'));
  indexing.calls['indexing.resume']({});
  await indexing.run();
  expectAllStoredOnce(20);
});

function mountSmallDisk(path: string): boolean {
  mkdirSync(path);
  const { status: code } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', path]);
  if (code !== 0) rmSync(path, { recursive: true });
  return code === 0;
}
