import { expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import { memoryBudget, memoryOf, poolSize } from './pool-size.ts';
import { Rate } from './rate.ts';
import { settings } from '../settings/contract.ts';
import { WorkQueue } from './work-queue.ts';
import { countWork } from './work-table.ts';

/** One letter per folder, as many tracks as it is repeated. */
function libraryOf(...folders: string[]): ReturnType<typeof openDatabase> {
  const db = openDatabase(':memory:');
  folders.forEach((titles, i) => {
    const path = Buffer.from(`/${i}`);
    db.prepare(`INSERT INTO library_folders (id, path, added_at) VALUES (?, ?, '')`).run(i, path);
    [...titles].forEach((title, j) =>
      db
        .prepare(
          `INSERT INTO tracks (folder_id, path, size, modified_ms, title, tagged_duration, added_at)
           VALUES (?, ?, 1, 1, ?, ?, '')`,
        )
        .run(i, Buffer.from(`${j}`), title, j === 0 ? 100 : null),
    );
  });
  return db;
}

function drain(queue: WorkQueue): string {
  let order = '';
  for (let track = queue.next(true); track; track = queue.next(true)) order += track.title;
  return order;
}

test('folders take turns', () => {
  expect(drain(new WorkQueue(libraryOf('aaaa', 'bb', 'c')))).toBe('abcabaa');
});

test('suspects come last, and only where nothing is beside them', () => {
  const db = libraryOf('xab', 'c');
  db.exec(`UPDATE tracks SET attempts = 1 WHERE title = 'x'`);
  const queue = new WorkQueue(db);
  const titles = [0, 1, 2].map(() => queue.next(false)?.title);
  expect(titles.sort()).toEqual(['a', 'b', 'c']);
  expect(queue.next(false)).toBeNull();
  expect(queue.next(true)?.title).toBe('x');
  expect(queue.next(true)).toBeNull();
});

test('a folder that was left is not asked again; one that is added later is', () => {
  const db = libraryOf('aaa', 'b');
  const queue = new WorkQueue(db);
  queue.leaveFolder(0);
  expect(drain(queue)).toBe('b');
  db.exec(`INSERT INTO library_folders (id, path, added_at) VALUES (7, x'37', '')`);
  db.exec(`INSERT INTO tracks (folder_id, path, size, modified_ms, title, added_at)
    VALUES (7, x'37', 1, 1, 'n', '')`);
  expect(drain(queue)).toBe('n');
});

test('tracks of unknown length count as the mean; folders that are away do not count as waiting', () => {
  const db = libraryOf('aaa', 'bb');
  expect(countWork(db)).toMatchObject({ waiting: 5, waitingSeconds: 500 });
  db.exec(`UPDATE library_folders SET state = 'away' WHERE id = 0`);
  expect(countWork(db)).toEqual({ waiting: 2, waitingSeconds: 200, done: 0, failed: 0 });
});

test('the pool fits the machine, the mode, the cap and the memory', () => {
  const machine = { cores: 8, memory: 32e9 };
  const size = (patch: object, isPlaying = false, of = machine): number =>
    poolSize(settings.parse(patch), isPlaying, of);
  expect(size({ analysisMode: 'balanced' })).toBe(4);
  expect(size({ analysisMode: 'quiet' })).toBe(1);
  expect(size({ maxProcesses: 3 })).toBe(3);
  expect(size({}, false, { cores: 2, memory: 4e9 })).toBe(2);
  expect(size({}, false, { cores: 64, memory: 1e9 })).toBeLessThan(4);
  expect(size({ maxProcesses: 20 }, false, { cores: 64, memory: 64e9 })).toBe(20);
  expect(size({}, false, { cores: 64, memory: 64e9 })).toBeGreaterThan(5);
  expect(memoryOf(36_000)).toBe(memoryOf(null));
  expect(2 * memoryOf(null)).toBeLessThan(memoryBudget(settings.parse({}), machine));
  expect(size({ pauseWhilePlaying: true }, true)).toBe(0);
  expect(size({ pauseWhilePlaying: false }, true)).toBeGreaterThan(0);
});

test('speed is of the last minute', () => {
  const rate = new Rate(0);
  expect(rate.at(1000, 500).tracksPerMinute).toBeNull();
  const track = { audioSeconds: 180, wallMs: 4000, computeMs: 3500, decodeMs: 2000 };
  for (let at = 10_000; at <= 120_000; at += 10_000) rate.add({ at, ...track });
  expect(rate.at(120_000, 1800)).toEqual({
    tracksPerMinute: 6,
    audioSecondsPerSecond: 18,
    etaSeconds: 100,
    boundBy: 'cpu',
  });
});
