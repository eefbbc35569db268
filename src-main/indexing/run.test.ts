import { expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../base/host.ts';
import { openDatabase } from '../database/room.ts';
import { withoutModels } from '../embedding/fixtures/no-models.ts';
import { memoryOf } from './pool-size.ts';
import { Run } from './run.ts';

/** Processes that never answer, so that what was started stays to be seen. */
test('tracks wait where their memory together would be too much; one is always taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-run-'));
  const db = openDatabase(':memory:');
  db.prepare(`INSERT INTO library_folders (path, added_at) VALUES (?, '')`).run(
    Buffer.from(folder),
  );
  const add = db.prepare(
    `INSERT INTO tracks (folder_id, path, size, modified_ms, title, tagged_duration, added_at)
     VALUES (1, ?, 1, 1, ?, ?, '')`,
  );
  ['long', 'long too', 'long as well', 'short'].forEach((title, i) =>
    add.run(Buffer.from(title), title, i < 3 ? 1200 : 60),
  );
  let budget = 2 * memoryOf(1200);
  const run = new Run({
    db,
    host: { paths: { resources: folder }, forkWorker: silentWorker } as unknown as Host,
    ffmpeg: { path: 'ffmpeg', version: '', resampler: 'soxr', source: 'system' },
    model: { model: 'features', version: '' },
    filePathOf: () => Buffer.from('x'),
    adoptMoved: () => {},
    limit: () => 8,
    memoryBudget: () => budget,
    priority: () => 0,
    embedding: withoutModels(db),
    onAnalysed: () => {},
    onCpuSeconds: () => {},
    onHalt: () => {},
  });
  const ended = run.work();
  expect(run.current).toEqual(['long', 'long too']);
  budget = 1e12;
  run.nudge();
  await Promise.resolve();
  expect(run.current).toHaveLength(4);
  run.stop();
  await ended;
  db.close();
  rmSync(folder, { recursive: true });
});

const silentWorker = (): ReturnType<Host['forkWorker']> => ({
  pid: undefined,
  send: () => {},
  onMessage: () => {},
  onExit: () => {},
  kill: () => {},
});
