import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { writeTone } from '../indexing/fixtures/write-tone.ts';
import type { TrackRow } from '../library/contract.ts';
import type { MapInfo } from '../projection/contract.ts';
import { autoencoderCalls } from './contract.ts';
import type { AutoencoderInfo, AutoencoderProgress } from './contract.ts';
import { createAutoencoder } from './room.ts';
import type { AutoencoderRoom } from './room.ts';

/** Processes are started, which takes its time on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

const COUNT = 8;
/** Enough to see that it runs. */
const SMALL = { bands: 32, columns: 16, longest: 1, epochs: 3, batchSize: 4 } as const;

let folder: string;
let db: WritableDb;
let room: AutoencoderRoom;
let adopted: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-autoencoder-'));
  db = openDatabase(':memory:');
  db.exec(`INSERT INTO library_folders (id, path, added_at) VALUES (1, x'2f', '2026-01-01')`);
  for (let id = 1; id <= COUNT; id++) {
    writeTone(join(folder, `${id}.wav`), { hertz: 150 * id, seconds: 0.2 * id });
    db.exec(
      `INSERT INTO recordings (id, audio_hash, duration_seconds, analysed_seconds, passages, codec,
         sample_rate, channels, peaks, sample_peak, analysed_at)
       VALUES (${id}, 'hash ${id}', ${0.2 * id}, 1, '[]', 'wav', 22050, 1, x'', 1, '2026-01-01');
       INSERT INTO tracks (id, folder_id, path, size, modified_ms, recording_id, status, title, added_at)
       VALUES (${id + 100}, 1, CAST(${id} AS BLOB), 1, 1, ${id}, 'analysed', 'Tone ${id}', '2026-01-01')`,
    );
  }
  adopted = [];
  room = createAutoencoder({
    db,
    host: {
      paths: { data: folder, resources: join(import.meta.dirname, '../../resources'), models: '' },
      forkWorker: forkNodeWorker,
    },
    library: {
      filePathOf: (id) => (id === 102 ? null : Buffer.from(join(folder, `${id - 100}.wav`))),
      trackRows: (ids) =>
        ids.map((id) => {
          const title = id % 2 === 0 ? `Tone ${id - 1} storm` : `Tone ${id} calm`;
          return { id, title, artist: '' } as TrackRow;
        }),
    },
    labels: {
      labelsOf: () =>
        new Map(Array.from({ length: COUNT }, (_, i) => [101 + i, [i < 5 ? 'low' : 'high']])),
    },
    projection: {
      adopt: (...given) => {
        adopted.push(...given);
        return Promise.resolve({ id: 1 } as MapInfo);
      },
    },
    inference: { providers: () => Promise.resolve([]) },
    ffmpeg: () => findFfmpeg({ settingPath: null }),
  });
});

afterEach(() => {
  room.close();
  db.close();
  rmSync(folder, { recursive: true });
});

function train(more: object = {}, parameters: object = SMALL): Promise<AutoencoderInfo> {
  return room.train(autoencoderCalls['autoencoder.train'].input.parse({ parameters, ...more }));
}

test('a process trains a map, which is kept with its points, spectrograms, sounds and ranks', async () => {
  const progress: AutoencoderProgress[] = [];
  room.events.on('autoencoder.progressed', (news) => progress.push(news));
  const made = await train({ name: 'Tones' });
  // One file is not there.
  expect(made).toMatchObject({ name: 'Tones', trackCount: 7, seconds: 1, columns: 16 });
  expect(made.history).toHaveLength(3);
  expect(made.varianceShares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  expect(made.trainedOn).toEqual({ provider: 'cpu', why: null });
  expect(progress.at(-1)).toMatchObject({ state: 'done', fraction: 1 });
  expect(progress.at(-1)?.device).toEqual(made.trainedOn);
  expect(progress.filter(({ stage }) => stage === 'training').length).toBeGreaterThanOrEqual(3);
  expect(room.calls['autoencoder.list']({})).toEqual([made]);

  const { id } = made;
  const points = await room.calls['autoencoder.listPoints']({ id, set: 'pitch' });
  expect(points.map(({ trackId }) => trackId)).toEqual([101, 103, 104, 105, 106, 107, 108]);
  const { position, label } = points[0];
  expect(label).toBe('low');
  const [reconstruction, decoded, original] = await Promise.all([
    room.spectrogramOf(id, 101, 'reconstruction'),
    room.spectrogramAt(id, position),
    room.spectrogramOf(id, 101, 'original'),
  ]);
  expect(reconstruction).toEqual(decoded);
  for (const bytes of [decoded, original]) {
    expect([...new Uint32Array(bytes.slice().buffer, 0, 2)]).toEqual([32, 16]);
    expect(bytes).toHaveLength(8 + 32 * 16);
  }
  expect(original).not.toEqual(decoded);
  const wav = await room.soundAt(id, position);
  expect(Buffer.from(wav.subarray(0, 4)).toString()).toBe('RIFF');

  const words: [string, string] = ['calm', 'storm'];
  const ranks = await room.calls['autoencoder.rankPairs']({ id, words, pairs: [[101, 108]] });
  expect(ranks.map(({ from, to, of }) => [from.id, to.id, of])).toEqual([
    [101, 108, 6],
    [103, 104, 6],
    [105, 106, 6],
    [107, 108, 6],
  ]);
  expect(ranks.every(({ rank }) => rank >= 1 && rank <= 6)).toBe(true);

  const sample = (seed: number) =>
    room.calls['autoencoder.samplePoint']({ id, label: { set: 'pitch', value: 'low' }, seed });
  expect(await sample(1)).toMatchObject({ trackCount: 4 });
  expect(await sample(1)).not.toEqual(await sample(2));

  await room.calls['autoencoder.showOnMap']({ id });
  expect(adopted.slice(0, 2)).toEqual(['autoencoder', 2]);
  room.calls['autoencoder.remove']({ id });
  expect(room.calls['autoencoder.list']({})).toEqual([]);
  expect(() => room.calls['autoencoder.listPoints']({ id, set: null })).toThrow(/no longer there/);
});

test('lengths tell what tracks are brought to; a label and a list choose among them', async () => {
  const measure = (input: object) =>
    room.calls['autoencoder.measureLengths'](
      autoencoderCalls['autoencoder.measureLengths'].input.parse(input),
    );
  const all = await measure({});
  expect(all.trackCount).toBe(8);
  expect(all.cropSeconds).toBeCloseTo(1.2, 6);
  expect(all.seconds.map((value) => Number(value.toFixed(1)))).toEqual([
    0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6,
  ]);
  const label = { set: 'pitch', values: ['low'] };
  expect(await measure({ tracks: { label } })).toMatchObject({ trackCount: 5 });
  expect(await measure({ tracks: { label, trackIds: [101, 108] } })).toMatchObject({
    trackCount: 1,
  });
  expect(await measure({ tracks: { trackIds: [] } })).toMatchObject({ trackCount: 0 });
});

test('no tracks and too few get a sentence; one map is trained at a time and can be cancelled', async () => {
  await expect(train({ tracks: { trackIds: [] } })).rejects.toThrow(/at least 4 tracks/);
  await expect(train({ tracks: { trackIds: [101, 103] } })).rejects.toThrow(/only 2 were/);
  const running = train({}, { ...SMALL, epochs: 1000, patience: 1000 });
  const settled = running.catch((thrown: unknown) => thrown);
  await expect(train()).rejects.toMatchObject({ code: 'busy' });
  const state = new Promise<AutoencoderProgress>((resolve) =>
    room.events.on('autoencoder.progressed', (news) => {
      if (news.history.length === 2) void room.calls['autoencoder.cancel']({});
      if (news.state !== 'running') resolve(news);
    }),
  );
  expect(await settled).toMatchObject({ code: 'cancelled' });
  expect(await state).toMatchObject({ state: 'cancelled' });
  expect(room.calls['autoencoder.getProgress']({})).toBeNull();
});
