import { beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import { saveVector } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import { csvField } from '../base/csv.ts';
import { categoryColumn, mapPoints } from './fixtures/small-map.ts';
import { createExporting, pictureOptions } from './room.ts';
import type { ExportName } from './room.ts';

const db = openDatabase(':memory:');
const { id: model, version, dims } = FEATURES_MODEL;
const COUNT = 1203;
const vectorOf = (row: number): Float32Array =>
  Float32Array.from({ length: dims }, (_, i) => Math.fround(row + i / 3));

const exporting = createExporting({
  db,
  maps: {
    pointsOf: (mapId) => (mapId === 1 ? mapPoints([3, 1], [0.1, 0.2, -1, 1e-7]) : null),
    columnOf: (_, name) => categoryColumn(name, ['north', 'south'], [1, 0]),
    regionsOf: () => [],
  },
});
const bytesOf = (name: ExportName, mapId?: number): Buffer =>
  Buffer.concat([...exporting.open(name, mapId).pieces].map((piece) => Buffer.from(piece)));
const linesOf = (name: ExportName, mapId?: number): string[] =>
  bytesOf(name, mapId).toString().split('\r\n').slice(0, -1);

beforeAll(() => {
  db.exec(
    `INSERT INTO library_folders (id, path, added_at) VALUES (1, CAST('/music' AS BLOB), '2026')`,
  );
  const recording = db.prepare(
    `INSERT INTO recordings (id, audio_hash, duration_seconds, analysed_seconds, passages, codec, sample_rate,
       channels, peaks, sample_peak, tempo, musical_key, analysed_at)
     VALUES (?, ?, 200.5, 200, '[]', 'flac', 44100, 2, x'', 0.9, 120, 'A minor', '2026')`,
  );
  const track = db.prepare(
    `INSERT INTO tracks (id, folder_id, path, size, modified_ms, recording_id, status, title, artist, added_at)
     VALUES (?, 1, CAST(? AS BLOB), 1, 1, ?, ?, ?, 'Anna, "A"', '2026')`,
  );
  for (let id = 1; id <= COUNT; id++) {
    recording.run(id, String(id));
    saveVector(db, { model, version }, id, vectorOf(id));
    track.run(id, `${id}.flac`, id, id === 2 ? 'excluded' : 'analysed', `=cmd|' /C calc'!A${id}`);
  }
  track.run(5000, 'new.flac', null, 'waiting', 'not heard yet');
});

test('vectors as a NumPy matrix, a row per track', () => {
  const bytes = bytesOf('embeddings.npy');
  expect(bytes.toString('latin1', 0, 6)).toBe('\x93NUMPY');
  const length = bytes.readUInt16LE(8);
  expect((10 + length) % 64).toBe(0);
  expect(bytes.toString('latin1', 10, 10 + length)).toMatch(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(1202, 641\), \} *\n$/,
  );
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 10 + length));
  expect(values.length).toBe((COUNT - 1) * dims);
  expect(values.subarray(dims, 2 * dims)).toEqual(vectorOf(3));
  expect(values.subarray(-dims)).toEqual(vectorOf(COUNT));
});

test('vectors as CSV give every float back, in the same order', () => {
  const [head, ...lines] = linesOf('embeddings.csv');
  expect(head.split(',').slice(-dims)).toEqual(featureNames);
  expect(lines.length).toBe(COUNT - 1);
  const last = lines.at(-1)!.split(',').slice(-dims).map(Number);
  expect(Float32Array.from(last)).toEqual(vectorOf(COUNT));
});

test('the vectors of another model are those of the tracks that it has heard', () => {
  const ears = { model: 'ears', version: '1' };
  for (const id of [3, 7]) saveVector(db, ears, id, Float32Array.of(id, 0.1));
  const textOf = (name: ExportName): string =>
    [...exporting.open(name, 0, undefined, 'ears').pieces].map(String).join('');
  const [head, first, second] = textOf('embeddings.csv').split('\r\n');
  expect(head).toMatch(/,ears_0,ears_1$/);
  expect([first, second].map((line) => line.split(',')[0])).toEqual(['3', '7']);
  expect(Math.fround(Number(second.split(',').at(-1)))).toBe(Math.fround(0.1));
  const [header] = exporting.open('embeddings.npy', 0, undefined, 'ears').pieces;
  expect(Buffer.from(header).toString('latin1')).toContain("'shape': (2, 2)");
  expect(textOf('heard-tracks.csv').split('\r\n')).toHaveLength(4);
});

test('tracks as CSV: hostile names stay text, what is not known is empty', () => {
  const [head, first, ...rest] = linesOf('tracks.csv');
  expect(head).toMatch(/^id,path,title,artist,/);
  expect(first).toContain(
    `1,/music/1.flac,'=cmd|' /C calc'!A1,"Anna, ""A""",,,,analysed,200.5,120`,
  );
  expect(rest.length).toBe(COUNT - 1);
  expect(rest.at(-1)).toMatch(/^5000,.*,waiting,,,,$/);
});

test('the rows of the matrix can be told apart', () => {
  const [, first, second, ...rest] = linesOf('heard-tracks.csv');
  expect([first, second].map((line) => line.split(',')[0])).toEqual(['1', '3']);
  expect(rest.length).toBe(COUNT - 3);
});

test('points of a map as CSV, with their regions and tags', () => {
  const [head, first, second] = linesOf('points.csv', 1);
  expect(head).toMatch(/^id,x,y,region,placed_later,path,title,artist,album,genre,/);
  expect(first).toMatch(/^1,-1,1\.0*1e-7,north,0,\/music/);
  expect(second).toMatch(/^3,0\.1\d*,0\.2\d*,south,0,/);
  expect(() => exporting.open('points.csv', 9)).toThrow('no such map');
});

test('a picture larger than memory should hold is refused, not tried', () => {
  const picture = pictureOptions.parse({ width: 16_000, height: 16_000 });
  expect(() => exporting.open('map.png', 1, picture)).toThrow('million pixels');
  expect(() => exporting.open('map.svg', 1, picture)).not.toThrow();
});

test('the library can be written to while an export is being read', () => {
  const pieces = exporting.open('embeddings.csv').pieces[Symbol.iterator]();
  pieces.next();
  pieces.next();
  db.prepare(`UPDATE tracks SET title = title WHERE id = 1`).run();
  expect(pieces.next().done).toBe(false);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1'])('%j is no formula', (text) => {
  expect(csvField(text).replace('"', '')).toMatch(/^'/);
});
