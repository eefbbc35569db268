import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import type { TrackRow } from '../library/contract.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { matrixRequest, statisticsRequest } from './contract.ts';
import { createGroups } from './room.ts';
import type { Groups } from './room.ts';

const GENRES = ['Jazz', 'Metal', 'Samba', 'Techno'];
let folder: string;
let db: WritableDb;
let groups: Groups;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-groups-'));
  const databasePath = join(folder, 'library.db');
  db = openDatabase(databasePath);
  groups = createGroups({
    db,
    databasePath,
    forkWorker: () => forkNodeWorker('groups'),
    labelsOf: (set) => {
      const ids = db.prepare('SELECT id FROM tracks').pluck().all() as number[];
      const value = (id: number): string =>
        set === 'genre' ? GENRES[(id - 1) % 4] : `=half ${id % 2}`;
      return new Map(ids.map((id) => [id, [value(id)]]));
    },
    trackRows: (ids) => ids.map((id) => ({ id }) as TrackRow),
  });
});

afterEach(() => {
  groups.close();
  db.close();
  rmSync(folder, { recursive: true });
});

const measure = (request: object) => groups.calls['groups.getMatrix'](matrixRequest.parse(request));

test('a matrix of label values, its fields, and its table', async () => {
  addTracks(db, 0, 80);
  const matrix = await measure({ rows: { set: 'genre' }, columns: { set: 'half' } });
  expect(matrix.rows).toEqual(GENRES.map((name) => ({ name, count: 20 })));
  expect(matrix.columns.map(({ name, count }) => [name, count])).toEqual([
    ['=half 0', 40],
    ['=half 1', 40],
  ]);
  expect(matrix.scale).toBe('standardised');
  // Odd tracks are Jazz and Samba.
  expect(matrix.nearest.map(({ column }) => column)).toEqual([1, 0, 1, 0]);
  const cell = await groups.calls['groups.getCell']({ matrixId: matrix.id, row: 0, column: 1 });
  expect(cell.sharedCount).toBe(20);
  expect(cell.ofRow).toHaveLength(8);
  expect(cell.ofRow.every(({ track }) => track.id % 4 === 1)).toBe(true);

  const [heading, jazz] = Buffer.from(groups.csvOf(matrix.id)).toString().split('\r\n');
  expect(heading).toBe(`,'=half 0,'=half 1`);
  expect(jazz.split(',').slice(1).map(Number)[0]).toBeCloseTo(matrix.distances[0][0], 6);
  await expect(async () => groups.csvOf(99)).rejects.toThrow('no longer kept');
});

test('lists of tracks, chosen values and their order', async () => {
  addTracks(db, 0, 40);
  const { rows, columns, distances } = await measure({
    rows: { lists: [{ name: 'Queue', trackIds: [1, 5, 9, 9999] }] },
    columns: { set: 'genre', values: ['Techno', 'Jazz', 'None such'] },
    metric: 'cosine',
    order: 'optimal',
  });
  expect(rows).toEqual([{ name: 'Queue', count: 3 }]);
  const jazz = columns.findIndex(({ name }) => name === 'Jazz');
  expect(distances[0][jazz]).toBeLessThan(distances[0][1 - jazz]);
  await expect(
    measure({ rows: { set: 'genre', values: ['None such'] }, columns: { set: 'genre' } }),
  ).rejects.toMatchObject({ code: 'unavailable' });
});

test('statistics of the genres, and a library of nothing', async () => {
  await expect(
    groups.calls['groups.getStatistics'](statisticsRequest.parse({})),
  ).rejects.toMatchObject({ code: 'unavailable' });
  addTracks(db, 0, 40);
  const { classes, silhouette, within, between } = await groups.calls['groups.getStatistics'](
    statisticsRequest.parse({}),
  );
  expect(classes.map(({ name }) => name)).toEqual(GENRES);
  expect(silhouette).toBeGreaterThan(0.3);
  expect(within!).toBeGreaterThan(between!);
  expect(await groups.calls['groups.listModels']({})).toEqual([{ model: 'features', count: 40 }]);
});
