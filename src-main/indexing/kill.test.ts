import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { writeTone } from './fixtures/write-tone.ts';

const FILES = 40;
const KILLS = 25;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let base: string;
let running: Running | null;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'earshot-kill-'));
  mkdirSync(join(base, 'music'));
  running = null;
});
afterEach(() => {
  running?.killTree();
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
});

/** The program, in a process group of its own, with the processes that it says it started. */
class Running {
  readonly workers: number[] = [];
  readonly #child: ChildProcess;
  readonly closed: Promise<unknown>;

  constructor() {
    const paths = [join(base, 'music'), base, here('../../resources')];
    const script = here('./fixtures/index-until-killed.ts');
    const args = [script, ...paths, here('../hosts/node-workers.ts')];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    this.#child = spawn(process.execPath, args, { stdio: [...stdio], detached: true });
    this.closed = once(this.#child, 'exit');
    this.#child.stdout!.on('data', (bytes: Buffer) => {
      this.workers.push(...bytes.toString().trim().split('\n').map(Number));
    });
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  killTree(): void {
    send(-this.#child.pid!);
  }

  killMain(): void {
    send(this.#child.pid!);
  }

  killOneWorker(): void {
    send(this.workers.at(-1)!);
  }
}

function send(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function withDatabase<Value>(use: (db: WritableDb) => Value): Value {
  const db = openDatabase(join(base, 'library.db'));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** What must hold at every moment. */
function expectWhole(db: WritableDb): void {
  const count = (sql: string): unknown => db.prepare(`SELECT count(*) ${sql}`).pluck().get();
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  expect(count('FROM tracks')).toBeLessThanOrEqual(FILES);
  expect(count('FROM recordings')).toBeLessThanOrEqual(FILES);
  expect(
    count(`FROM tracks WHERE status = 'analysed' AND recording_id NOT IN
      (SELECT recording_id FROM vectors)`),
  ).toBe(0);
  expect(
    count(`FROM tracks WHERE status NOT IN ('waiting', 'analysed')
      AND NOT (status = 'failed' AND failure_code = 'process-died')`),
  ).toBe(0);
}

test.skipIf(process.platform !== 'linux')(
  'SIGKILL of a process or of all of them, 25 times at any moment, loses what is in the works and no more',
  { timeout: 600_000 },
  async () => {
    for (let i = 0; i < FILES; i++) {
      writeTone(join(base, 'music', `${i}.wav`), { hertz: 100 + 29 * i, seconds: 12 });
    }
    let analysed = 0;
    for (let kill = 0; kill < KILLS;) {
      running ??= new Running();
      const victim = running;
      const seen = victim.workers.length;
      while (!victim.isOver && victim.workers.length === seen) await sleep(5);
      await sleep(Math.random() * 300);
      if (victim.isOver) {
        // All was heard before its time: it is to be heard again.
        running = null;
        withDatabase((db) => db.exec('DELETE FROM vectors'));
        analysed = 0;
        continue;
      }
      kill++;
      if (kill % 3 === 0) {
        victim.killOneWorker();
        continue;
      }
      if (kill % 3 === 1) victim.killTree();
      else victim.killMain();
      await victim.closed;
      // Processes whose parent is gone end by themselves.
      while (victim.workers.some(isAlive)) await sleep(5);
      running = null;
      withDatabase((db) => {
        expectWhole(db);
        const now = db
          .prepare(`SELECT count(*) FROM tracks WHERE status = 'analysed'`)
          .pluck()
          .get() as number;
        expect(now).toBeGreaterThanOrEqual(analysed);
        analysed = now;
      });
    }
    await (running ?? new Running()).closed;
    await new Running().closed;
    withDatabase((db) => {
      expectWhole(db);
      for (const table of ['tracks', 'recordings', 'vectors']) {
        expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(FILES);
      }
      expect(db.prepare('SELECT DISTINCT status FROM tracks').pluck().all()).toEqual(['analysed']);
    });
  },
);
