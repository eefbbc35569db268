import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { cleanText } from './clean-tags.ts';
import { trackQuery } from './contract.ts';
import type { TrackQuery, TrackRow } from './contract.ts';
import { copySample, TestLibrary } from './fixtures/test-library.ts';
import type { Library } from './room.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

let own: TestLibrary;
let folder: string;
let library: Library;

beforeEach(() => {
  own = new TestLibrary(forkNodeWorker);
  ({ folder, library } = own);
});
afterEach(() => own.close());

const at = (name: string): string => own.at(name);
const put = copySample;
const scan = (): Promise<void> => own.scan();
const tracks = (query?: TrackQuery): Promise<TrackRow[]> => own.tracks(query);

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
  expect(details.replayGainTrack).toBe(-6.5);
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
  await library.calls['library.revealTrack']({ id: after[1].id });
  expect(own.revealed).toEqual([at('deep/renamed.mp3')]);
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
  copySample('plain.ogg', bytes);
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

test('a file that goes to another folder keeps its id, whichever folder is scanned first', async () => {
  const other = `${folder}-other`;
  mkdirSync(other);
  put('tagged.mp3', at('a.mp3'));
  put('tagged.flac', `${other}/b.flac`);
  await scan();
  await library.addFolder(other);
  await library.whenScanned();
  const before = await tracks({ sort: 'title' });
  renameSync(at('a.mp3'), `${other}/a.mp3`);
  renameSync(`${other}/b.flac`, at('b.flac'));
  await library.scanAll();
  const after = await tracks({ sort: 'title' });
  expect(after.map(({ id, status }) => [id, status])).toEqual(
    before.map(({ id }) => [id, 'waiting']),
  );
  expect(library.filePathOf(after[0].id)?.toString()).toBe(at('b.flac'));
});

test('what the analysis finds to be a missing track lives on under its old id', async () => {
  put('tagged.mp3', at('a.mp3'));
  await scan();
  const [old] = await tracks();
  const recording = own.db
    .prepare(
      `INSERT INTO recordings (audio_hash, duration_seconds, analysed_seconds, passages, codec, sample_rate,
         channels, peaks, sample_peak, analysed_at) VALUES ('x', 1, 1, '[]', 'mp3', 1, 1, x'00', 1, '')`,
    )
    .run().lastInsertRowid as number;
  const store = own.db.prepare(
    `UPDATE tracks SET recording_id = ?, status = 'analysed' WHERE id = ?`,
  );
  store.run(recording, old.id);
  rmSync(at('a.mp3'));
  put('test.mp3', at('retagged.mp3'));
  await library.scanAll();
  const fresh = (await tracks({ text: 'Tést' }))[0];
  store.run(recording, fresh.id);
  library.adoptMoved(fresh.id, recording);
  const left = await tracks();
  expect(left.map(({ id, title, status }) => [id, title, status])).toEqual([
    [old.id, 'Tést', 'analysed'],
  ]);
  expect(library.filePathOf(old.id)?.toString()).toBe(at('retagged.mp3'));
  expect((await tracks({ text: 'Blue' })).length).toBe(0);
});

test('a folder that cannot be read now loses nothing', async () => {
  mkdirSync(at('deep'));
  put('tagged.mp3', at('deep/a.mp3'));
  put('tagged.flac', at('b.flac'));
  await scan();
  chmodSync(at('deep'), 0);
  await asNobody(() => library.scanAll());
  const [listed] = await library.calls['library.listFolders']({});
  expect([listed.state, listed.unreadable]).toEqual(['present', [at('deep')]]);
  expect((await tracks({ status: 'missing' })).length).toBe(0);
  chmodSync(folder, 0);
  await asNobody(() => library.scanAll());
  const [closed] = await library.calls['library.listFolders']({});
  expect([closed.state, closed.unreadable]).toEqual(['unreadable', []]);
  expect((await tracks()).map(({ status }) => status)).toEqual(['away', 'away']);
  chmodSync(folder, 0o755);
  chmodSync(at('deep'), 0o755);
  await library.scanAll();
  expect((await tracks()).map(({ status }) => status)).toEqual(['waiting', 'waiting']);
});

/** Root may read everything, so where the tests run as root they become somebody else. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid!() === 0;
  chmodSync(dirname(folder), 0o755);
  if (isRoot) process.seteuid!(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

test('excluded tracks stay excluded; what failed is failed again when it is included', async () => {
  put('tagged.mp3', at('a.mp3'));
  await scan();
  const [{ id }] = await tracks();
  own.db.prepare(`UPDATE tracks SET status = 'failed', failure_code = 'no-audio'`).run();
  await library.calls['library.setExcluded']({ ids: [id], excluded: true });
  await library.scanAll();
  expect((await tracks())[0].status).toBe('excluded');
  expect((await tracks({ status: 'playable' })).length).toBe(0);
  await library.calls['library.setExcluded']({ ids: [id], excluded: false });
  expect((await tracks())[0].status).toBe('failed');
  expect((await tracks({ status: 'failed' })).length).toBe(1);
});

test('a removed folder takes its tracks along, also while it is scanned', async () => {
  for (let i = 0; i < 30; i++) put('plain.ogg', at(`${i}.ogg`));
  const added = await library.addFolder(folder);
  await library.calls['library.removeFolder']({ folderId: added.id });
  await library.whenScanned();
  expect(await tracks()).toEqual([]);
  expect(await library.calls['library.listFolders']({})).toEqual([]);
});

test('links up the tree are not followed, links to elsewhere are', async () => {
  const elsewhere = `${folder}-elsewhere`;
  mkdirSync(elsewhere);
  put('tagged.mp3', `${elsewhere}/a.mp3`);
  put('tagged.flac', at('b.flac'));
  symlinkSync(dirname(folder), at('up'));
  symlinkSync(elsewhere, at('elsewhere'));
  symlinkSync(at('b.flac'), at('c.flac'));
  await scan();
  const found = await tracks();
  expect(found.map(({ id }) => library.filePathOf(id)!.toString()).sort()).toEqual(
    [at('b.flac'), at('c.flac'), at('elsewhere/a.mp3')].sort(),
  );
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
  expect((await tracks({ text: '<' })).length).toBe(1);
  expect((await tracks({ text: '   ' })).length).toBe(2);
  const position = await library.calls['library.positionOfTrack']({
    ...trackQuery.parse({ sort: 'title' }),
    trackId: (await tracks({ sort: 'title' }))[1].id,
  });
  expect(position).toBe(1);
});

test('ids of a stretch of the list come without its rows, in its order', async () => {
  for (const name of ['c', 'a', 'd', 'b']) put('plain.ogg', at(`${name}.ogg`));
  await scan();
  const query = trackQuery.parse({ sort: 'title' });
  const all = (await tracks({ sort: 'title' })).map(({ id }) => id);
  const idsOf = library.calls['library.listIds'];
  expect(await idsOf({ ...query, offset: 0 })).toEqual(all);
  expect(await idsOf({ ...query, offset: 1, limit: 2 })).toEqual(all.slice(1, 3));
  expect(await idsOf({ ...query, offset: 3, limit: 9 })).toEqual(all.slice(3));
  expect(await idsOf({ ...query, offset: 9 })).toEqual([]);
});

test('a cover beside the files is their artwork; what is no picture is not served', async () => {
  put('plain.ogg', at('a.ogg'));
  writeFileSync(at('Cover.PNG'), PNG);
  await scan();
  const [track] = await tracks();
  expect(track.hasArtwork).toBe(true);
  expect((await library.artworkOf(track.id))?.type).toBe('image/png');
  rmSync(at('Cover.PNG'));
  await library.scanAll();
  expect((await tracks())[0].hasArtwork).toBe(false);
  writeFileSync(at('folder.jpg'), '<svg onload="alert(1)"/>');
  await library.scanAll();
  expect((await tracks())[0].hasArtwork).toBe(true);
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

test('a hidden folder is one of its own, also inside another', async () => {
  mkdirSync(at('.private'));
  put('tagged.mp3', at('.private/a.mp3'));
  await scan();
  await library.addFolder(at('.private'));
  await library.whenScanned();
  expect((await library.calls['library.listFolders']({})).length).toBe(2);
  expect((await tracks()).length).toBe(1);
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
  expect(cleanText('a\u0000b\u202ec\n\td')).toBe('a b c d');
  expect(cleanText('x'.repeat(9000)).length).toBe(500);
});
