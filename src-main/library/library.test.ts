import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from '../base/host.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { createLog } from '../base/log.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { trackQuery } from './contract.ts';
import type { TrackQuery, TrackRow } from './contract.ts';
import { createLibrary } from './room.ts';
import type { Library } from './room.ts';
import { cleanText } from './clean-tags.ts';

const base = mkdtempSync(join(tmpdir(), 'earshot-library-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const samples = join(base, 'samples');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(() => {
  mkdirSync(samples);
  const make = (name: string, ...options: string[]): void => {
    const tone = ['-f', 'lavfi', '-t', '1', '-i', 'sine=f=440'];
    execFileSync(process.env.EARSHOT_FFMPEG ?? 'ffmpeg', [
      '-nostdin',
      '-v',
      'error',
      '-y',
      ...tone,
      ...options,
      join(samples, name),
    ]);
  };
  const tag = (...pairs: string[]): string[] => pairs.flatMap((pair) => ['-metadata', pair]);
  make(
    'tagged.mp3',
    ...tag(
      'title=Blue in Green',
      'artist=Miles',
      'album=Kind of Blue',
      'genre=Jazz;Modal',
      'date=1959',
      'track=3/5',
      'TBPM=54',
      'TKEY=Dm',
    ),
  );
  make('tagged.flac', ...tag('title=<b>Bold</b>', 'artist=Ann', 'album=Tests', 'genre=Rock'));
  make('plain.ogg', '-c:a', 'libvorbis', '-map_metadata', '-1');
});

let folder: string;
let db: WritableDb;
let library: Library;
let count = 0;

beforeEach(() => {
  folder = join(base, `music-${++count}`);
  mkdirSync(folder);
  db = openDatabase(':memory:');
  const host = {
    log: createLog('error'),
    paths: { data: base },
    capabilities: {},
    forkWorker: forkNodeWorker,
  } as unknown as Host;
  library = createLibrary({
    db,
    host,
    settings: { watchFolders: () => false },
    makeDemo: async (path) => {
      mkdirSync(path, { recursive: true });
      put('tagged.mp3', join(path, 'demo.mp3'));
    },
  });
});
afterEach(async () => {
  await library.close();
  db.close();
});

const put = (sample: string, to: string): void => copyFileSync(join(samples, sample), to);
const at = (name: string): string => join(folder, name);

async function scan(): Promise<void> {
  await library.addFolder(folder);
  await library.whenScanned();
}

async function tracks(query: TrackQuery = {}): Promise<TrackRow[]> {
  const parsed = { ...trackQuery.parse(query), offset: 0, limit: 500 };
  return (await library.calls['library.listTracks'](parsed)).tracks;
}

test('tags become a row; a file without tags has the names of file and folder', async () => {
  put('tagged.mp3', at('a.mp3'));
  mkdirSync(at('Field trips'));
  put('plain.ogg', at('Field trips/Morning rain.ogg'));
  await scan();
  const [plain, tagged] = await tracks();
  expect(tagged).toMatchObject({
    title: 'Blue in Green',
    artist: 'Miles',
    album: 'Kind of Blue',
    genre: 'Jazz',
    year: 1959,
    trackNumber: 3,
    status: 'waiting',
    hasArtwork: false,
  });
  expect(plain).toMatchObject({ title: 'Morning rain', album: 'Field trips', artist: '' });
  const details = await library.calls['library.getTrack']({ id: tagged.id });
  expect(details).toMatchObject({ genres: ['Jazz', 'Modal'], taggedTempo: 54, taggedKey: 'Dm' });
});

test('a rescan opens only what is new or changed', async () => {
  put('tagged.mp3', at('a.mp3'));
  put('tagged.flac', at('b.flac'));
  await scan();
  const read: number[] = [];
  library.events.on('library.scanProgressed', ({ state, filesRead }) => {
    if (state === 'done') read.push(filesRead);
  });
  await library.scanAll();
  appendFileSync(at('a.mp3'), Buffer.alloc(128));
  put('plain.ogg', at('c.ogg'));
  await library.scanAll();
  expect(read).toEqual([0, 2]);
});

test('a moved file keeps its id; a deleted one is missing until it is removed', async () => {
  put('tagged.mp3', at('a.mp3'));
  put('tagged.flac', at('b.flac'));
  await scan();
  const before = await tracks({ sort: 'title' });
  mkdirSync(at('deep'));
  renameSync(at('a.mp3'), at('deep/renamed.mp3'));
  rmSync(at('b.flac'));
  await library.scanAll();
  const after = await tracks({ sort: 'title' });
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.map(({ status }) => status)).toEqual(['missing', 'waiting']);
  const moved = after.find(({ title }) => title === 'Blue in Green')!;
  expect(library.filePathOf(moved.id)?.toString()).toBe(at('deep/renamed.mp3'));
  expect(library.filePathOf(after[0].id)).toBeNull();
  put('tagged.flac', at('b.flac'));
  await library.scanAll();
  expect((await tracks({ status: 'missing' })).length).toBe(0);
  rmSync(at('b.flac'));
  await library.scanAll();
  expect(await library.calls['library.removeMissing']({})).toEqual({ removed: 1 });
  expect((await tracks()).length).toBe(1);
});

test('a folder that vanishes is away and comes back with its tracks', async () => {
  put('tagged.mp3', at('a.mp3'));
  await scan();
  renameSync(folder, `${folder}-unplugged`);
  await library.scanAll();
  const [away] = await library.calls['library.listFolders']({});
  expect([away.state, away.trackCount]).toEqual(['away', 1]);
  expect((await tracks())[0].status).toBe('away');
  mkdirSync(folder); // A mount point without its drive.
  await library.scanAll();
  expect((await tracks())[0].status).toBe('away');
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-unplugged`, folder);
  await library.scanAll();
  expect((await tracks())[0].status).toBe('waiting');
});

test('hidden folders, .nomusic, link loops and strange names', async () => {
  mkdirSync(at('.hidden'));
  put('tagged.mp3', at('.hidden/a.mp3'));
  mkdirSync(at('silent'));
  put('tagged.mp3', at('silent/a.mp3'));
  writeFileSync(at('silent/.nomusic'), '');
  mkdirSync(at('loop'));
  symlinkSync(folder, at('loop/again'));
  symlinkSync(at('nowhere'), at('broken.mp3'));
  const names = ['-dash.ogg', 'new\nline.ogg', '🎷.ogg', 'a%00b.ogg'];
  for (const name of names) put('plain.ogg', at(name));
  const bytes = Buffer.concat([
    Buffer.from(`${folder}/caf`),
    Buffer.from([0xe9]),
    Buffer.from('.ogg'),
  ]);
  copyFileSync(join(samples, 'plain.ogg'), bytes);
  writeFileSync(at('notes.txt'), 'no music');
  await scan();
  const found = await tracks({ sort: 'title' });
  expect(found.length).toBe(names.length + 1);
  expect(found.map(({ title }) => title)).toContain('new line');
  for (const { id } of found) expect(library.filePathOf(id)).not.toBeNull();
  expect(found.some(({ id }) => library.filePathOf(id)!.equals(bytes))).toBe(true);
});

test('broken files are tracks without tags, not errors', async () => {
  writeFileSync(at('empty.mp3'), '');
  writeFileSync(at('text.flac'), 'x'.repeat(5000));
  writeFileSync(
    at('id3.mp3'),
    Buffer.concat([Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f'), Buffer.alloc(400, 0xff)]),
  );
  await scan();
  expect((await tracks({ sort: 'title' })).map(({ title }) => title)).toEqual([
    'empty',
    'id3',
    'text',
  ]);
});

test('search takes beginnings of words, and hostile words are only words', async () => {
  put('tagged.mp3', at('a.mp3'));
  put('tagged.flac', at('b.flac'));
  await scan();
  expect((await tracks({ text: 'kind mil' })).length).toBe(1);
  expect((await tracks({ text: 'JAZZ' })).length).toBe(1);
  for (const text of ['"', '*', 'title:', 'a OR b', `');DROP TABLE tracks;--`, '(', '\u0000']) {
    await tracks({ text });
  }
  expect((await tracks({ text: '???' })).length).toBe(0);
  expect((await tracks({ text: '   ' })).length).toBe(2);
  const position = await library.calls['library.positionOfTrack']({
    ...trackQuery.parse({ sort: 'title' }),
    trackId: (await tracks({ sort: 'title' }))[1].id,
  });
  expect(position).toBe(1);
});

test('a cover beside the files is their artwork; what is no picture is not served', async () => {
  put('plain.ogg', at('a.ogg'));
  writeFileSync(at('Cover.PNG'), PNG);
  await scan();
  const [track] = await tracks();
  expect(track.hasArtwork).toBe(true);
  expect((await library.artworkOf(track.id))?.type).toBe('image/png');
  writeFileSync(at('Cover.PNG'), '<svg onload="alert(1)"/>');
  expect(await library.artworkOf(track.id)).toBeNull();
});

test('folders inside each other hold every file once', async () => {
  mkdirSync(at('inner'));
  put('tagged.mp3', at('inner/a.mp3'));
  put('tagged.flac', at('b.flac'));
  await library.addFolder(at('inner'));
  await library.whenScanned();
  const [{ id }] = await tracks();
  await scan();
  expect((await library.calls['library.listFolders']({})).length).toBe(1);
  expect((await tracks()).map((row) => row.id)).toContain(id);
  expect((await tracks()).length).toBe(2);
  await library.addFolder(at('inner'));
  expect((await library.calls['library.listFolders']({})).length).toBe(1);
  await expect(library.addFolder(at('b.flac'))).rejects.toMatchObject({ code: 'bad-input' });
});

test('the picker shows places by number and refuses what it never showed', async () => {
  const listing = await library.calls['library.browse']({});
  expect(listing.place.path).toBe(process.env.HOME);
  const parent = await library.calls['library.browse']({ placeId: listing.parents[0].placeId });
  expect(parent.parents).toEqual([]);
  const add = library.calls['library.addPlace']({ placeId: '/etc' });
  await expect(Promise.resolve(add)).rejects.toMatchObject({ code: 'not-found' });
});

test('the demo is a folder like any other', async () => {
  await library.calls['library.addDemo']({});
  await library.whenScanned();
  expect((await tracks()).length).toBe(1);
});

test('text of tags is one clean line', () => {
  expect(cleanText('a\u0000b\u202ec\n\td'.repeat(1))).toBe('a b c d');
  expect(cleanText('x'.repeat(9000)).length).toBe(500);
});
