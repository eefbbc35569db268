import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { writeTone } from '../indexing/fixtures/write-tone.ts';
import type { TrackRow } from '../library/contract.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { createJourney } from './room.ts';
import type { JourneyRoom } from './room.ts';

let folder: string;
let db: WritableDb;
let journeys: JourneyRoom;

/** Tracks 1 and 2 on a map; track 3 is not on it. */
function mapBytes(): Uint8Array {
  const bytes = new ArrayBuffer(8 + 2 * 13);
  new Uint32Array(bytes, 0, 2).set([2, 2]);
  new Int32Array(bytes, 8, 2).set([1, 2]);
  new Float32Array(bytes, 16, 4).set([0.5, -2, 3, 4]);
  return new Uint8Array(bytes);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-journey-'));
  const databasePath = join(folder, 'library.db');
  db = openDatabase(databasePath);
  addTracks(db, 0, 12);
  const tone = join(folder, 'tone.wav');
  writeTone(tone, { seconds: 4 });
  journeys = createJourney({
    db,
    databasePath,
    wasmFolder: fileURLToPath(new URL('../../resources/wasm', import.meta.url)),
    forkWorker: () => forkNodeWorker('journey'),
    ffmpeg: () => findFfmpeg({ settingPath: null }),
    filePathOf: (id) => (id === 9 ? null : Buffer.from(tone)),
    trackRows: (ids) => ids.filter((id) => id <= 12).map((id) => ({ id }) as TrackRow),
    currentMap: async () => ({ id: 7, points: mapBytes() }),
  });
});

afterEach(() => {
  journeys.close();
  db.close();
  rmSync(folder, { recursive: true });
});

test('a track is heard once and lies where the map has it', async () => {
  const { track, journey } = await journeys.calls['journey.open']({ trackId: 1 });
  expect(track.id).toBe(1);
  expect(journey.durationSeconds).toBeCloseTo(4, 1);
  expect(journey.place).toEqual({ mapId: 7, x: 0.5, y: -2, isGuessed: false });
  expect(journey.libraryCount).toBe(12);
  expect(journey.groups.map(({ values }) => values.length).reduce((a, b) => a + b)).toBe(641);
  const again = await journeys.ofTrack(1);
  expect(again.journey).toBe(journey);
  expect(again.bytes.length).toBeGreaterThan(1000);
});

test('a file that is not on the map lies among what sounds like it', async () => {
  const { place } = (await journeys.ofFile(Buffer.from(join(folder, 'tone.wav')))).journey;
  expect(place!.isGuessed).toBe(true);
  expect(place!.x).toBeGreaterThan(0.5);
  expect(place!.x).toBeLessThan(3);
});

test('the next track cancels the one before; what cannot be heard is said', async () => {
  const first = journeys.ofTrack(1);
  const second = journeys.ofTrack(2);
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect((await second).journey.place).toMatchObject({ x: 3, y: 4 });
  await expect(journeys.ofTrack(9)).rejects.toMatchObject({ code: 'file-missing' });
  await expect(journeys.ofTrack(99)).rejects.toMatchObject({ code: 'not-found' });
  await expect(journeys.ofFile(Buffer.from('/nowhere/x.mp3'))).rejects.toMatchObject({
    code: 'file-missing',
  });
});
