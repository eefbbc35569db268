import { describe, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { columnName } from './contract.ts';
import type { ColumnHeader, ColumnName } from './contract.ts';
import { decodePoints } from '../drawing/map/point-data.ts';
import type { PointData } from '../drawing/map/point-data.ts';
import { currentMap, insertMap, placePoints } from './map-table.ts';
import type { StoredMap } from './map-table.ts';
import { mapOpener, openMap } from './opened-map.ts';
import { columnBytes, pointBytes } from './point-bytes.ts';

const PARAMETERS = {
  dims: 2,
  method: 'umap',
  model: 'features',
  seed: 42,
  neighbours: 15,
  minDist: 0.1,
  perplexity: 30,
} as const;

const FIRST_TWO = {
  recordingIds: Int32Array.of(1, 2),
  coordinates: Float32Array.of(1, 2, 3, 4),
  neighbours: Int32Array.of(2, 1),
  trust: Float32Array.of(1, 0),
  near: Uint16Array.of(1, 0),
};

const THIRD = {
  recordingIds: Int32Array.of(3),
  coordinates: Float32Array.of(5, 6),
  neighbours: Int32Array.of(1),
};

function addTrack(db: WritableDb, id: number, genre: string, tempo: number | null): void {
  db.prepare(
    `INSERT INTO recordings (id, audio_hash, duration_seconds, analysed_seconds, passages, codec,
       sample_rate, channels, peaks, sample_peak, tempo, analysed_at)
     VALUES (?, ?, 1, 1, '[]', 'mp3', 44100, 2, x'', 1, ?, '')`,
  ).run(id, `hash ${id}`, tempo);
  db.prepare(
    `INSERT INTO tracks (id, folder_id, path, size, modified_ms, recording_id, status, title, genre, added_at)
     VALUES (?, 1, CAST(? AS BLOB), 1, 1, ?, 'analysed', ?, ?, '')`,
  ).run(id, `${id}.mp3`, id, `Title ${id}`, genre);
}

function libraryOfThree(): WritableDb {
  const db = openDatabase(':memory:');
  db.prepare(
    `INSERT INTO library_folders (id, path, added_at) VALUES (1, CAST('/m' AS BLOB), '')`,
  ).run();
  addTrack(db, 1, 'Jazz', 90);
  addTrack(db, 2, 'Rock', null);
  addTrack(db, 3, 'Rock', 120);
  return db;
}

function mapOfFirstTwo(db: WritableDb) {
  insertMap(
    db,
    { parameters: PARAMETERS, modelVersion: '1', scores: null, createdAt: '2026-01-01' },
    FIRST_TWO,
  );
  return currentMap(db, 2, 'features')!;
}

const pointsOf = (db: WritableDb, map: StoredMap): PointData =>
  decodePoints(pointBytes(openMap(db, map)).buffer as ArrayBuffer);

const columnOf = (db: WritableDb, map: StoredMap, name: ColumnName) =>
  readHeader(columnBytes(db, openMap(db, map), name));

function readHeader(bytes: Uint8Array): { header: ColumnHeader; values: Buffer } {
  const buffer = Buffer.from(bytes);
  const length = buffer.readUInt32LE(0);
  return {
    header: JSON.parse(buffer.toString('utf8', 4, 4 + length)) as ColumnHeader,
    values: buffer.subarray(4 + length),
  };
}

describe('the points of a map', () => {
  test('are one typed array: ids, coordinates, placed flags', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    placePoints(db, map, THIRD);
    const bytes = pointBytes(openMap(db, map)).buffer as ArrayBuffer;
    expect([...new Uint32Array(bytes, 0, 2)]).toEqual([3, 2]);
    expect([...new Int32Array(bytes, 8, 3)]).toEqual([1, 2, 3]);
    expect([...new Float32Array(bytes, 20, 6)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...new Uint8Array(bytes, 44, 3)]).toEqual([0, 0, 1]);
  });

  test('placing raises the version and moves no point', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    placePoints(db, map, THIRD);
    expect(currentMap(db, 2, 'features')!.version).toBe(map.version + 1);
    expect([...pointsOf(db, map).coordinates.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  });

  test('what was placed before in the order of recordings keeps its mark', () => {
    const db = libraryOfThree();
    insertMap(
      db,
      { parameters: PARAMETERS, modelVersion: '1', scores: null, createdAt: '2026-01-01' },
      { ...FIRST_TWO, recordingIds: Int32Array.of(3, 2) },
    );
    const map = currentMap(db, 2, 'features')!;
    placePoints(db, map, { ...THIRD, recordingIds: Int32Array.of(1) });
    const { trackIds, coordinates, placed } = pointsOf(db, map);
    expect([[...trackIds], [...coordinates], [...placed]]).toEqual([
      [1, 2, 3],
      [5, 6, 3, 4, 1, 2],
      [1, 0, 0],
    ]);
    const { values } = columnOf(db, map, 'trust');
    expect([0, 1, 2].map((row) => values.readFloatLE(row * 4))).toEqual([NaN, 0, 100]);
  });

  test('two files of one recording are two tracks at one place; an excluded one is off the map', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    db.prepare('UPDATE tracks SET recording_id = 1 WHERE id = 3').run();
    expect([...pointsOf(db, map).coordinates]).toEqual([1, 2, 3, 4, 1, 2]);
    db.prepare(`UPDATE tracks SET status = 'excluded' WHERE id = 1`).run();
    expect([...pointsOf(db, map).trackIds]).toEqual([2, 3]);
  });

  test('a map that is kept open is read anew as soon as something was written', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    const open = mapOpener(db);
    const opened = open(map);
    expect(open(map)).toBe(opened);
    placePoints(db, map, THIRD);
    expect([...open(map).trackIds]).toEqual([1, 2, 3]);
  });
});

describe('the columns of a map', () => {
  test('categories are codes into values ordered by frequency', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    placePoints(db, map, THIRD);
    const { header, values } = columnOf(db, map, 'genre');
    expect(header).toMatchObject({ kind: 'category', values: ['Rock', 'Jazz'], counts: [2, 1] });
    expect([0, 1, 2].map((row) => values.readUInt16LE(row * 2))).toEqual([1, 0, 0]);
  });

  test('a genre called null is a genre; no genre is none', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    db.prepare(`UPDATE tracks SET genre = iif(id = 1, 'null', '')`).run();
    const { header, values } = columnOf(db, map, 'genre');
    expect(header).toMatchObject({ values: ['null'], counts: [1] });
    expect([0, 1].map((row) => values.readUInt16LE(row * 2))).toEqual([0, 0xffff]);
  });

  test('every column has a value for every point, in the order of tracks', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    placePoints(db, map, THIRD);
    db.prepare('UPDATE tracks SET id = 9 WHERE id = 1').run();
    for (const name of columnName.options) {
      expect(columnOf(db, map, name).header.count).toBe(3);
    }
    const { values } = columnOf(db, map, 'tempo');
    expect([0, 1, 2].map((row) => values.readFloatLE(row * 4))).toEqual([NaN, 120, 90]);
  });

  test('numbers carry their range, NaN where unknown', () => {
    const db = libraryOfThree();
    const map = mapOfFirstTwo(db);
    placePoints(db, map, THIRD);
    const { header, values } = columnOf(db, map, 'tempo');
    expect(header).toMatchObject({ kind: 'number', unit: 'BPM', min: 90, max: 120 });
    expect([0, 1, 2].map((row) => values.readFloatLE(row * 4))).toEqual([90, NaN, 120]);
  });
});
