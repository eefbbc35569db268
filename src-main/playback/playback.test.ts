import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import type { Ffmpeg } from '../audio/room.ts';
import { openDatabase } from '../database/room.ts';
import { createPlayback } from './room.ts';
import type { Playback } from './room.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-playback-'));
const db = openDatabase(':memory:');
const playing: boolean[] = [];
/** A track's id is its place in this list. */
const FILES = [
  'tone.wav',
  'tone.flac',
  'tone.wma',
  'gone.mp3',
  'empty.mp3',
  'lying.mp3',
  'list.mp3',
];
let ffmpeg: Ffmpeg;
let playback: Playback;

beforeAll(async () => {
  ffmpeg = (await findFfmpeg({ settingPath: null })).ffmpeg!;
  for (const name of FILES.slice(0, 3)) {
    const tone = ['-v', 'error', '-f', 'lavfi', '-i', 'sine=440:duration=4'];
    execFileSync(ffmpeg.path, [...tone, join(folder, name)]);
  }
  writeFileSync(join(folder, 'empty.mp3'), '');
  writeFileSync(join(folder, 'list.mp3'), '#EXTM3U\nhttp://example.com/song.mp3\n');
  writeFileSync(join(folder, 'lying.mp3'), readFileSync(join(folder, 'tone.flac')));
  playback = createPlayback({
    db,
    library: {
      filePathOf: (id) => (FILES[id] ? Buffer.from(join(folder, FILES[id])) : null),
      trackRows: (ids) => ids.filter((id) => FILES[id]).map(rowOf),
    },
    ffmpeg: () => findFfmpeg({ settingPath: null }),
    onPlaying: (is) => playing.push(is),
  });
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const rowOf = (id: number) => ({
  id,
  title: `Track\n${id}`,
  artist: id === 0 ? '' : 'Ångström',
  durationSeconds: id === 0 ? null : 4.2,
  isTranscoded: FILES[id].endsWith('.wma'),
});
const ask = (id: number, init: RequestInit = {}, query = ''): Promise<Response> =>
  playback.audio(id, new Request(`http://bytes/audio/${id}${query}`, init));
const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());

test('a playlist in the guise of music is not handed to a browser', async () => {
  await expect(ask(6)).rejects.toMatchObject({ code: 'unsupported' });
});

test('a whole file comes as it is, with the type of its content', async () => {
  const response = await ask(0);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('audio/wav');
  expect(response.headers.get('accept-ranges')).toBe('bytes');
  const bytes = await bytesOf(response);
  expect(bytes.equals(readFileSync(join(folder, 'tone.wav')))).toBe(true);
  const lying = await ask(5, { method: 'HEAD' });
  expect(lying.headers.get('content-type')).toBe('audio/flac');
});

test.each([
  ['bytes=0-0', 0, 1],
  ['bytes=100-199', 100, 200],
  ['bytes=300000-', 300000, undefined],
  ['bytes=-500', -500, undefined],
])('the part %s', async (range, start, end) => {
  const response = await ask(0, { headers: { range } });
  const whole = readFileSync(join(folder, 'tone.wav'));
  expect(response.status).toBe(206);
  const bytes = await bytesOf(response);
  expect(bytes.equals(whole.subarray(start, end))).toBe(true);
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  const first = start < 0 ? whole.length + start : start;
  const last = first + bytes.length - 1;
  expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${whole.length}`);
});

test('a part beyond the end is refused; HEAD has no body; several parts give the whole', async () => {
  const beyond = await ask(0, { headers: { range: 'bytes=99999999-' } });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
  const head = await ask(0, { method: 'HEAD' });
  expect(head.body).toBeNull();
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(300_000);
  const several = await ask(0, { method: 'HEAD', headers: { range: 'bytes=0-1,5-9' } });
  expect(several.status).toBe(200);
  expect((await bytesOf(await ask(4))).length).toBe(0);
});

test.runIf(process.platform === 'linux')('a reader that goes away closes the file', async () => {
  const { body } = await ask(0);
  const reader = body!.getReader();
  await reader.read();
  expect(openFiles()).toContain(join(folder, 'tone.wav'));
  await reader.cancel();
  expect(openFiles()).not.toContain(join(folder, 'tone.wav'));
});

test('what browsers do not play comes as FLAC, from the second asked for', async () => {
  const whole = join(folder, 'whole.flac');
  const late = join(folder, 'late.flac');
  writeFileSync(whole, await bytesOf(await ask(2)));
  writeFileSync(late, await bytesOf(await ask(2, {}, '?start=3')));
  expect(await secondsOf(whole)).toBeCloseTo(4, 0);
  expect(await secondsOf(late)).toBeCloseTo(1, 0);
  const odd = await ask(2, { method: 'HEAD' }, '?start=Infinity');
  expect(odd.headers.get('content-type')).toBe('audio/flac');
});

test('a file that is gone and a track that nobody knows are said plainly', async () => {
  await expect(ask(3)).rejects.toMatchObject({ code: 'file-missing' });
  await expect(ask(77)).rejects.toMatchObject({ code: 'file-missing' });
});

test('the queue is there again, without the tracks that went', () => {
  const { calls } = playback;
  const insert = `INSERT INTO tracks (id, folder_id, path, size, modified_ms, title, added_at)
    VALUES (?, 1, CAST(? AS BLOB), 1, 1, 't', '2026')`;
  db.exec(`INSERT INTO library_folders (id, path, added_at) VALUES (1, x'2f6d', '2026')`);
  for (const id of [11, 12, 13]) db.prepare(insert).run(id, String(id));
  const state = { volume: 0.5, muted: false, shuffle: true, repeat: 'all' as const };
  expect(calls['playback.getState']({})).toMatchObject({ queue: [], index: -1 });
  calls['playback.saveQueue']({ queue: [11, 99, 12, 13], order: [13, 12, 11, 99] });
  expect(calls['playback.getState']({})).toMatchObject({ queue: [11, 12, 13], index: 0 });
  calls['playback.saveState']({ ...state, index: 3, positionSeconds: 61 });
  const queue = { queue: [11, 12, 13], order: [13, 12, 11] };
  const expected = { ...queue, index: 2, positionSeconds: 61, volume: 0.5 };
  expect(calls['playback.getState']({})).toMatchObject(expected);
  calls['playback.saveState']({ ...state, index: 1, positionSeconds: 61 });
  expect(calls['playback.getState']({})).toMatchObject({ index: 0, positionSeconds: 0 });
  calls['playback.setPlaying']({ playing: true });
  expect(playing).toEqual([true]);
});

test('a playlist keeps its order, holds a track once, and forgets what went', async () => {
  const { calls } = playback;
  let changes = 0;
  const stop = playback.events.on('playback.playlistsChanged', () => changes++);
  const add = calls['playback.addToPlaylist'];
  expect(await add({ name: 'Evening', trackIds: [13, 11, 13] })).toEqual({ added: 2 });
  expect(await add({ name: 'evening', trackIds: [12, 11] })).toEqual({ added: 1 });
  await add({ name: 'Drive', trackIds: [] });
  const [drive, evening] = await calls['playback.listPlaylists']({});
  expect([drive.name, evening]).toEqual(['Drive', { id: evening.id, name: 'Evening', count: 3 }]);
  const { id } = evening;
  expect(await calls['playback.getPlaylist']({ id })).toEqual([13, 11, 12]);
  await calls['playback.setPlaylist']({ id, trackIds: [12, 99, 13] });
  expect(await calls['playback.getPlaylist']({ id })).toEqual([12, 13]);
  expect(() => calls['playback.renamePlaylist']({ id, name: 'DRIVE' })).toThrow(/already/);
  await calls['playback.renamePlaylist']({ id, name: 'EVENING' });
  await calls['playback.removePlaylist']({ id });
  expect(await calls['playback.listPlaylists']({})).toEqual([{ ...drive, count: 0 }]);
  expect(() => calls['playback.getPlaylist']({ id })).toThrow(/no longer there/);
  expect(changes).toBe(6);
  stop();
});

async function secondsOf(file: string): Promise<number> {
  const size = execFileSync(
    ffmpeg.path,
    ['-v', 'error', '-i', file, '-f', 's16le', '-ac', '1', '-ar', '8000', '-'],
    {
      maxBuffer: 1e8,
    },
  ).length;
  return size / 16000;
}

/** Names of the files that this process holds open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // Closed since the listing.
    }
  });
}

test('a playlist names files in the order asked for; tags cannot break its lines', async () => {
  const made = await playback.calls['playback.makePlaylist']({ trackIds: [1, 0, 99] });
  expect(made).toEqual({
    count: 2,
    leftOut: 1,
    text: [
      '#EXTM3U',
      '#EXTINF:4,Ångström - Track 1',
      join(folder, 'tone.flac'),
      '#EXTINF:-1,Track 0',
      join(folder, 'tone.wav'),
      '',
    ].join('\n'),
  });
});

test('the true peak is measured once and kept with what is heard', async () => {
  const truePeak = playback.calls['playback.getTruePeak'];
  db.exec(`
    INSERT INTO library_folders (id, path, added_at) VALUES (77, x'2f77', '2026');
    INSERT INTO recordings (id, audio_hash, duration_seconds, analysed_seconds, passages, codec, sample_rate,
      channels, sample_peak, analysed_at, peaks) VALUES (77, 'a77', 4, 4, '[]', 'pcm', 44100, 1, 0.1, '2026', x'');
    INSERT INTO tracks (id, folder_id, path, size, modified_ms, title, added_at, recording_id)
      VALUES (1, 77, x'61', 1, 1, 'tone', '2026', 77), (4, 77, x'62', 1, 1, 'copy', '2026', 77)
      ON CONFLICT (id) DO UPDATE SET recording_id = 77;
  `);
  const peak = await truePeak({ trackId: 1 });
  expect(peak).toBeCloseTo(-18.06, 1); // ffmpeg's sine has an amplitude of 1/8.
  // The copy's file is empty: its answer is what was kept.
  expect(await truePeak({ trackId: 4 })).toBe(peak);
  await expect(truePeak({ trackId: 99 })).rejects.toMatchObject({ code: 'file-missing' });
});
