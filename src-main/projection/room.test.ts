import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { saveVector, storedVersion, vectorOf } from '../embedding/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { fitParameters } from './contract.ts';
import type { ColumnHeader, ColumnName, MapInfo, ProjectionProgress } from './contract.ts';
import { addTracks } from './fixtures/library.ts';
import { createProjection } from './room.ts';
import type { Projection } from './room.ts';

const COUNT = 200;

let folder: string;
let db: WritableDb;
let projection: Projection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-projection-'));
  const databasePath = join(folder, 'library.db');
  db = openDatabase(databasePath);
  addTracks(db, 0, COUNT);
  projection = createProjection({
    db,
    databasePath,
    forkWorker: () => forkNodeWorker('projection'),
  });
});

afterEach(() => {
  projection.close();
  db.close();
  rmSync(folder, { recursive: true });
});

const fit = (more: object = {}): Promise<MapInfo> => projection.fit(fitParameters.parse(more));

function pointsOf(mapId: number): { ids: Int32Array; coordinates: Float32Array } {
  const bytes = projection.pointsOf(mapId)!.buffer as ArrayBuffer;
  const [count, dims] = new Uint32Array(bytes, 0, 2);
  return {
    ids: new Int32Array(bytes, 8, count),
    coordinates: new Float32Array(bytes, 8 + 4 * count, count * dims),
  };
}

function headerOf(mapId: number, name: ColumnName): ColumnHeader {
  const bytes = Buffer.from(projection.columnOf(mapId, name)!);
  return JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32LE(0))) as ColumnHeader;
}

function columnOf(mapId: number, name: ColumnName): Float32Array {
  const bytes = Buffer.from(projection.columnOf(mapId, name)!);
  const values = bytes.subarray(4 + bytes.readUInt32LE(0));
  return Float32Array.from({ length: values.length / 4 }, (_, i) => values.readFloatLE(4 * i));
}

test('a process fits a map with scores, regions, trust and true neighbours', async () => {
  const progress: ProjectionProgress[] = [];
  projection.events.on('projection.progressed', (news) => progress.push(news));
  const map = await fit();
  expect(map).toMatchObject({ inForce: true });
  expect(pointsOf(map.id).ids).toHaveLength(COUNT);
  expect(map.scores!.trustworthiness).toBeGreaterThan(0.9);
  expect(map.scores!.continuity).toBeGreaterThan(0.9);
  expect(progress.at(-1)).toMatchObject({ state: 'done', fraction: 1 });
  expect(progress.some(({ previewVersion }) => previewVersion > 0)).toBe(true);

  const regions = await projection.calls['projection.getRegions']({ mapId: map.id });
  const overview = regions.filter(({ level }) => level === 0);
  expect(overview.map(({ name }) => name).sort()).toEqual(['Jazz', 'Metal', 'Samba', 'Techno']);
  expect(overview.every(({ count, contours }) => count === 50 && contours.length > 0)).toBe(true);
  expect(headerOf(map.id, 'region')).toMatchObject({ kind: 'category', counts: [50, 50, 50, 50] });
  expect(headerOf(map.id, 'trust')).toMatchObject({ kind: 'number', unit: '%', max: 100 });
  expect(headerOf(map.id, 'duration')).toMatchObject({ unit: 's', min: 180, max: 180 });
  expect(headerOf(map.id, 'added')).toMatchObject({ min: 20454, max: 20454 });

  const tracksOf = (regionId: number) =>
    projection.calls['projection.listRegionTracks']({ regionId }) as number[];
  const inOverview = overview.flatMap(({ id }) => tracksOf(id));
  expect(inOverview.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: COUNT }, (_, i) => i + 1),
  );
  expect(regions.map(({ id }) => tracksOf(id).length)).toEqual(regions.map(({ count }) => count));

  const neighbours = await projection.calls['projection.trueNeighbours']({
    mapId: map.id,
    trackId: 1,
  });
  expect(neighbours).toHaveLength(15);
  expect(neighbours.every(({ trackId }) => trackId % 4 === 1)).toBe(true);
  expect(neighbours.filter(({ isNear }) => isNear).length).toBeGreaterThan(7);
});

test('the forming map can be read while it is made, and is gone afterwards', async () => {
  let preview: Uint8Array | null = null;
  projection.events.on('projection.progressed', ({ previewVersion, state }) => {
    if (previewVersion > 0 && state === 'running') preview = projection.previewOf();
  });
  await fit();
  expect(new Uint32Array(preview!.buffer as ArrayBuffer, 0, 2)).toEqual(Uint32Array.of(COUNT, 2));
  expect(projection.previewOf()).toBeNull();
});

test('maps are kept: a refit lies over the one before, and either can be put in force', async () => {
  const first = await fit();
  const second = await fit({ seed: 7 });
  const list = () =>
    projection.calls['projection.listMaps']({ dims: 2, model: 'features' }) as MapInfo[];
  expect(list().map(({ id, inForce }) => [id, inForce])).toEqual([
    [second.id, true],
    [first.id, false],
  ]);
  const moved = await projection.calls['projection.listMoved']({
    fromMapId: first.id,
    toMapId: second.id,
    count: 1000,
  });
  expect(moved).toHaveLength(COUNT);
  expect(moved[0].distance).toBeGreaterThanOrEqual(moved[1].distance);
  const [a, b] = [pointsOf(first.id).coordinates, pointsOf(second.id).coordinates];
  const centre = (points: Float32Array) => points.reduce((sum, value) => sum + value, 0) / COUNT;
  expect(centre(a)).toBeCloseTo(centre(b), 2);

  const changes: number[] = [];
  projection.events.on('projection.changed', ({ id }) => changes.push(id));
  await projection.calls['projection.useMap']({ mapId: first.id });
  expect(changes).toEqual([first.id]);
  expect(() => projection.calls['projection.removeMap']({ mapId: first.id })).toThrow('Choose');
  await projection.calls['projection.removeMap']({ mapId: second.id });
  expect(list().map(({ id }) => id)).toEqual([first.id]);
  expect(projection.pointsOf(second.id)).toBeNull();
});

test('new tracks are placed among their neighbours without moving the map', async () => {
  const map = await fit();
  const before = pointsOf(map.id).coordinates.slice();
  addTracks(db, COUNT, COUNT + 8);
  await projection.placeNew();
  const now = (await projection.calls['projection.getMap']({
    dims: 2,
    model: 'features',
  })) as MapInfo;
  expect(now).toMatchObject({ id: map.id, version: map.version + 1 });
  expect(pointsOf(map.id).ids).toHaveLength(COUNT + 8);
  expect(pointsOf(map.id).coordinates.subarray(0, 2 * COUNT)).toEqual(before);
  expect(headerOf(map.id, 'region')).toMatchObject({ counts: [52, 52, 52, 52] });
  const neighbours = await projection.calls['projection.trueNeighbours']({
    mapId: map.id,
    trackId: COUNT + 1,
  });
  expect(neighbours[0]).toMatchObject({ isNear: null });
});

test.each([
  ['heard by another version', `UPDATE vectors SET model_version = '0'`],
  ['gone, and as many came', 'DELETE FROM vectors'],
])('a map of which nothing is heard any more is made anew of what is: %s', async (_, change) => {
  const map = await fit();
  db.exec(`${change}; DELETE FROM tracks`);
  addTracks(db, COUNT, 2 * COUNT);
  await projection.placeNew();
  const now = projection.calls['projection.getMap']({ dims: 2, model: 'features' }) as MapInfo;
  expect(now.id).not.toBe(map.id);
  const { ids, coordinates } = pointsOf(now.id);
  expect(ids).toHaveLength(COUNT);
  expect(coordinates.every(Number.isFinite)).toBe(true);
});

test('every model has maps of its own, and they say how far the models agree', async () => {
  const features = { model: 'features', version: storedVersion(db, 'features')! };
  for (let id = 1; id <= COUNT; id++) {
    // The first hundred sound the same to both models, the others have changed places.
    const like = id <= 100 ? id : id + 1 <= COUNT ? id + 1 : 101;
    const vector = vectorOf(db, features, like)!.map((value) => 3 * value + 1);
    saveVector(db, { model: 'ears', version: '1' }, id, vector.slice(0, 320));
  }
  const first = await fit();
  expect(headerOf(first.id, 'agreement')).toMatchObject({ kind: 'number', min: 0, max: 0 });
  const changed: number[] = [];
  projection.events.on('projection.changed', ({ id }) => changed.push(id));
  const second = await fit({ model: 'ears' });
  expect(changed).toContain(first.id);
  const mapOf = (model: string) =>
    projection.calls['projection.getMap']({ dims: 2, model }) as MapInfo | null;
  expect(mapOf('features')!.id).toBe(first.id);
  expect(mapOf('ears')).toMatchObject({ id: second.id, inForce: true });
  expect(mapOf('other')).toBeNull();
  const agreement = columnOf(second.id, 'agreement');
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(agreement.subarray(0, 100))).toBeGreaterThan(30);
  expect(mean(agreement.subarray(100))).toBeLessThan(15);
  projection.removeMapsOf('ears');
  expect(mapOf('ears')).toBeNull();
  expect(mapOf('features')!.id).toBe(first.id);
});

test('labels colour a map: the first of each track, none where there is none', async () => {
  const map = await fit();
  const labels = new Map([
    [1, ['calm', 'night']],
    [2, ['calm']],
    [3, ['storm']],
  ]);
  const bytes = Buffer.from(projection.labelColumnOf(map.id, labels)!);
  const headerLength = bytes.readUInt32LE(0);
  expect(JSON.parse(bytes.toString('utf8', 4, 4 + headerLength))).toMatchObject({
    name: 'label',
    values: ['calm', 'storm'],
    counts: [2, 1],
  });
  const codes = [0, 1, 2, 3].map((row) => bytes.readUInt16LE(4 + headerLength + 2 * row));
  expect(codes).toEqual([0, 0, 1, 0xffff]);
  expect(projection.labelColumnOf(99, labels)).toBeNull();
});

test('a region keeps the name that the user gave it until it is taken back', async () => {
  const map = await fit();
  const [region] = await projection.calls['projection.getRegions']({ mapId: map.id });
  const rename = (name: string) =>
    projection.calls['projection.renameRegion']({ regionId: region.id, name });
  expect(await rename('Late nights')).toMatchObject({ name: 'Late nights', isRenamed: true });
  expect(headerOf(map.id, 'region')).toMatchObject({
    values: expect.arrayContaining(['Late nights']) as string[],
  });
  expect(await rename('')).toMatchObject({ name: region.name, isRenamed: false });
});

test.each(['tsne', 'pca'] as const)('%s makes maps too, in 3-D', async (method) => {
  const map = await fit({ method, dims: 3 });
  expect(pointsOf(map.id).coordinates).toHaveLength(3 * COUNT);
  const regions = await projection.calls['projection.getRegions']({ mapId: map.id });
  expect(regions[0].centre).toHaveLength(3);
});

test('a fit is cancelled, and the next one works', async () => {
  const fitted = fit();
  await expect(fit()).rejects.toMatchObject({ code: 'busy' });
  await projection.calls['projection.cancel']({});
  await expect(fitted).rejects.toMatchObject({ code: 'cancelled' });
  expect(await projection.calls['projection.getMap']({ dims: 2, model: 'features' })).toBeNull();
  expect(pointsOf((await fit()).id).ids).toHaveLength(COUNT);
});

test('what is not there is told in words', () => {
  const missing = { code: 'not-found' };
  const calls = projection.calls;
  expect(() => calls['projection.useMap']({ mapId: 9 })).toThrow(expect.objectContaining(missing));
  expect(() => calls['projection.getRegions']({ mapId: 9 })).toThrow('no longer there');
  expect(() => calls['projection.listRegionTracks']({ regionId: 9 })).toThrow('region');
  expect(() => calls['projection.renameRegion']({ regionId: 9, name: 'x' })).toThrow('region');
});

test('points that were made elsewhere become a map in force with regions, and nothing is placed into it', async () => {
  const recordingIds = Int32Array.from({ length: 100 }, (_, i) => 2 * i + 1);
  const coordinates = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const map = await projection.adopt('autoencoder', 2, { recordingIds, coordinates });
  expect(map).toMatchObject({ inForce: true });
  expect(map.parameters).toMatchObject({ method: 'autoencoder', model: 'features', dims: 2 });
  expect(pointsOf(map.id).ids).toEqual(recordingIds);
  expect(map.scores!.trustworthiness).toBeLessThan(0.7); // The points say nothing about the sound.
  expect(headerOf(map.id, 'trust')).toMatchObject({ kind: 'number', unit: '%' });
  await projection.placeNew();
  expect(pointsOf(map.id).ids).toHaveLength(100);
  await expect(
    projection.adopt('autoencoder', 2, { recordingIds: Int32Array.of(9999), coordinates }),
  ).rejects.toMatchObject({ code: 'unavailable' });
});
