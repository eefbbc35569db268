import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../database/room.ts';
import { forkNodeWorker, workerFile } from '../hosts/node-workers.ts';
import type { ScanProgress } from './contract.ts';
import { copySample, TestLibrary } from './fixtures/test-library.ts';

let own: TestLibrary;
afterEach(() => own.close());

test('a scan that is killed leaves whole tracks, and the next one finds the rest', async () => {
  own = new TestLibrary(forkNodeWorker);
  const [data, count] = [join(own.base, 'killed'), 450];
  mkdirSync(data);
  copySample('plain.ogg', join(own.base, 'sample.ogg'));
  for (let i = 0; i < count; i++) copyFileSync(join(own.base, 'sample.ogg'), own.at(`${i}.ogg`));
  let stored = 0;
  for (const wait of [0, 20, 60]) {
    await scanUntilKilled(own.folder, data, wait);
    const db = openDatabase(join(data, 'library.db'));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const tracks = db.prepare('SELECT count(*) FROM tracks').pluck().get() as number;
    const words = db.prepare(`SELECT count(*) FROM track_words WHERE track_words MATCH '1*'`);
    const titles = db.prepare(`SELECT count(*) FROM tracks WHERE title LIKE '1%'`).pluck().get();
    expect(words.pluck().get()).toBe(titles);
    expect(tracks).toBeGreaterThanOrEqual(stored);
    stored = tracks;
    db.close();
  }
  await scanUntilKilled(own.folder, data, null);
  const db = openDatabase(join(data, 'library.db'));
  expect(db.prepare('SELECT count(DISTINCT path) FROM tracks').pluck().get()).toBe(count);
  expect(db.prepare('SELECT count(*) FROM tracks').pluck().get()).toBe(count);
  db.close();
});

/** SIGKILL some milliseconds after the first tracks were stored; null lets it end. */
async function scanUntilKilled(folder: string, data: string, wait: number | null): Promise<void> {
  const script = fileURLToPath(new URL('./fixtures/scan-until-killed.ts', import.meta.url));
  const workers = fileURLToPath(new URL('../hosts/node-workers.ts', import.meta.url));
  expect(workerFile('tags')).toContain('library');
  const child = spawn(process.execPath, [script, folder, data, workers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (wait !== null) {
    child.stdout.once('data', () => void sleep(wait).then(() => child.kill('SIGKILL')));
  }
  await new Promise((resolve) => child.on('close', resolve));
}

test('a full disk ends the scan with a sentence, and room lets it go on', async () => {
  own = new TestLibrary(forkNodeWorker);
  const news: ScanProgress[] = [];
  own.library.events.on('library.scanProgressed', (progress) => news.push(progress));
  copySample('plain.ogg', join(own.base, 'sample.ogg'));
  for (let i = 0; i < 500; i++) {
    copyFileSync(join(own.base, 'sample.ogg'), own.at(`${'long name '.repeat(20)}${i}.ogg`));
  }
  own.db.pragma(
    `max_page_count = ${(own.db.pragma('page_count', { simple: true }) as number) + 20}`,
  );
  await own.scan();
  expect(news.at(-1)).toMatchObject({
    state: 'failed',
    message: 'The disk is full. Free some space and try again.',
  });
  own.db.pragma('max_page_count = 1000000');
  await own.library.scanAll();
  expect(news.at(-1)).toMatchObject({ state: 'done', filesSeen: 500 });
  expect(own.db.prepare('SELECT count(*) FROM tracks').pluck().get()).toBe(500);
});

test('a rescan with nothing changed starts no tags process, so it opens no file', async () => {
  const forked = vi.fn(forkNodeWorker);
  own = new TestLibrary(forked);
  own.put('tagged.mp3', 'a.mp3');
  await own.scan();
  expect(forked).toHaveBeenCalledTimes(1);
  await own.library.close();
  const later = new TestLibrary(forked, { db: own.db });
  await later.library.scanAll();
  await later.library.close();
  rmSync(later.base, { recursive: true });
  expect(forked).toHaveBeenCalledTimes(1);
});

test('changes in a watched folder are found, also in folders that are new', async () => {
  own = new TestLibrary(forkNodeWorker, { settings: { watchFolders: () => true } });
  own.put('tagged.mp3', 'a.mp3');
  await own.scan();
  mkdirSync(own.at('new'));
  own.put('tagged.flac', 'new/b.flac');
  await vi.waitUntil(async () => (await own.tracks()).length === 2, { timeout: 20_000 });
  own.put('plain.ogg', 'new/c.ogg');
  rmSync(own.at('a.mp3'));
  await vi.waitUntil(async () => (await own.tracks()).length === 3, { timeout: 20_000 });
  expect((await own.tracks({ status: 'missing' })).length).toBe(1);
  writeFileSync(own.at('new/.hidden.part'), '');
});
