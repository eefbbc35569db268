import { beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { saveVector } from '../embedding/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { tableText } from './contract.ts';
import { parseCsv } from './parse-csv.ts';
import { createLabels } from './room.ts';
import type { Labels } from './room.ts';

let db: WritableDb;
let labels: Labels;

beforeEach(() => {
  db = openDatabase(':memory:');
  labels = createLabels({ db, trackRows: (ids) => ids.map((id) => ({ id }) as TrackRow) });
  addTracks(db, 0, 8);
});

const byHand = (set: string, trackIds: number[], value: string | null, mode = 'replace') =>
  labels.calls['labels.setLabel']({ set, trackIds, value, mode: mode as 'replace' });
const denied = (set: string) => [...labels.deniedIn(set, ['hand', 'csv'])];
const place = (id: number, path: string): void =>
  void db.prepare('UPDATE tracks SET path = CAST(? AS BLOB) WHERE id = ?').run(path, id);

test('tags and folders are sets from the start, and follow the tracks', () => {
  expect(labels.sets().map(({ name }) => name)).toEqual(['genre', 'artist', 'album', 'folder']);
  expect(labels.labelsOf('genre').get(1)).toEqual(['Jazz']);
  expect(labels.labelsOf('ARTIST').get(8)).toEqual(['Artist 8.0']);
  expect(labels.labelsOf('album').size).toBe(0);
  place(1, 'kanto/day/a.mp3');
  expect(labels.labelsOf('folder').get(1)).toEqual(['day']);
  expect(labels.labelsOf('folder').get(2)).toEqual(['m']);
  labels.calls['labels.createSet']({
    name: 'region',
    isMultiple: false,
    tag: null,
    folderDepth: 1,
  });
  expect([...labels.labelsOf('region')]).toEqual([[1, ['kanto']]]);
  db.prepare(`UPDATE tracks SET genres = '["Ska","Pop"]' WHERE id = 1`).run();
  expect(labels.labelsOf('genre').get(1)).toEqual(['Ska']);
  expect(() => labels.labelsOf('nowhere')).toThrow('no set of labels');
});

test('a hand label wins over a file, tags and predictions, and its absence lets them show again', () => {
  byHand('genre', [1, 2], 'Polka');
  labels.importCsv('genre', 'path,genre\n1.0,Waltz\n3.0,Waltz\n');
  labels.replaceSource('genre', 'predicted', [
    { trackId: 1, value: 'March', confidence: 0.9 },
    { trackId: 4, value: 'March', confidence: 0.9 },
  ]);
  const genres = labels.fullLabelsOf('genre');
  expect(genres.get(1)).toEqual([{ value: 'Polka', source: 'hand', confidence: 1 }]);
  expect(genres.get(3)).toEqual([{ value: 'Waltz', source: 'csv', confidence: 1 }]);
  expect(genres.get(4)).toEqual([{ value: 'Techno', source: 'tags', confidence: 1 }]);
  expect([...labels.labelsOf('genre', ['predicted'])]).toEqual([
    [1, ['March']],
    [4, ['March']],
  ]);
  byHand('genre', [1], null);
  expect(labels.labelsOf('genre').get(1)).toEqual(['Waltz']);
});

test('several values stand side by side only where the set allows it', () => {
  labels.calls['labels.createSet']({
    name: 'mood',
    isMultiple: true,
    tag: null,
    folderDepth: null,
  });
  byHand('mood', [1], 'calm', 'add');
  byHand('mood', [1], 'sad', 'add');
  expect(labels.labelsOf('mood').get(1)?.toSorted()).toEqual(['calm', 'sad']);
  byHand('mood', [1], 'sad', 'remove');
  expect(labels.labelsOf('mood').get(1)).toEqual(['calm']);
  byHand('region', [1], 'A', 'add');
  byHand('region', [1], 'B', 'add');
  expect(labels.labelsOf('region').get(1)).toEqual(['B']);
});

test('one label more or less by hand leaves the others that tags give', async () => {
  db.prepare(`UPDATE tracks SET genres = '["Jazz", "Live"]' WHERE id = 1`).run();
  const set = { set: 'genre', name: 'genre', tag: 'genre', folderDepth: null } as const;
  await labels.calls['labels.changeSet']({ ...set, isMultiple: true });
  const ofFirst = () => labels.labelsOf('genre').get(1)?.toSorted();
  byHand('genre', [1], 'Dub', 'add');
  expect(ofFirst()).toEqual(['Dub', 'Jazz', 'Live']);
  byHand('genre', [1], null);
  byHand('genre', [1], 'Jazz', 'remove');
  expect(ofFirst()).toEqual(['Live']);
  byHand('genre', [1], 'Dub', 'replace');
  expect(ofFirst()).toEqual(['Dub']);
});

test('a hand that takes the only label away wins over tags and predictions', async () => {
  labels.replaceSource('genre', 'predicted', [{ trackId: 1, value: 'March', confidence: 0.9 }]);
  byHand('genre', [1, 2], 'Jazz', 'remove');
  expect(labels.labelsOf('genre').has(1)).toBe(false);
  expect(labels.fullLabelsOf('genre').get(2)?.[0]).toMatchObject({
    value: 'Metal',
    source: 'tags',
  });
  expect(denied('genre')).toEqual([1]);
  const { labelledCount, values } = await labels.calls['labels.getSet']({ set: 'genre' });
  expect(labelledCount).toBe(7);
  expect(values.map(({ value }) => value)).not.toContain('');
  byHand('genre', [1], 'Ska', 'add');
  expect(labels.labelsOf('genre').get(1)).toEqual(['Ska']);
  byHand('genre', [1], 'Ska', 'remove');
  expect(labels.labelsOf('genre').has(1)).toBe(false);
  byHand('genre', [1], null);
  expect(labels.labelsOf('genre').get(1)).toEqual(['Jazz']);
  byHand('all', [3, 4], 'x');
  const all = { set: 'all', name: 'all', tag: null, folderDepth: null, isMultiple: true } as const;
  await labels.calls['labels.changeSet'](all);
  byHand('all', [3, 5], 'x', 'remove');
  expect(denied('all')).toEqual([3, 5]);
  byHand('all', [3], 'y', 'add');
  expect([...labels.labelsOf('all')]).toEqual([
    [3, ['y']],
    [4, ['x']],
  ]);
  expect(denied('all')).toEqual([5]);
});

test('pages begin with the set that tells the most tracks apart', async () => {
  const fullest = async () => (await labels.calls['labels.findFullest']({}))?.name;
  expect(await fullest()).toBeUndefined(); // Four genres of two tracks each.
  addTracks(db, 8, 24);
  expect(await fullest()).toBe('genre');
  db.prepare(`UPDATE tracks SET genres = '[]'`).run();
  expect(await fullest()).toBeUndefined();
  db.prepare(`UPDATE tracks SET artist = 'A' || (id % 2), artists = '[]'`).run();
  expect(await fullest()).toBe('artist');
  byHand('region', [1, 2, 3], 'Kanto');
  byHand('region', [4, 5], 'Johto');
  expect(await fullest()).toBe('artist');
  byHand('region', [6], 'Johto');
  expect(await fullest()).toBe('region');
});

test('labels belong to the recording: copies share them and a new row for a moved file has them', () => {
  byHand('region', [1], 'Alola');
  db.prepare('UPDATE tracks SET recording_id = 1 WHERE id = 5').run();
  expect(labels.labelsOf('region').get(5)).toEqual(['Alola']);
  db.prepare('DELETE FROM tracks WHERE id = 1').run();
  expect([...labels.labelsOf('region').keys()]).toEqual([5]);
});

test('a track that was not heard yet is labelled, and passes it on to its recording', () => {
  db.prepare(`UPDATE tracks SET recording_id = NULL, status = 'waiting' WHERE id = 2`).run();
  byHand('region', [2], 'Galar');
  expect(labels.labelsOf('region').get(2)).toEqual(['Galar']);
  db.prepare('UPDATE tracks SET recording_id = 2 WHERE id = 2').run();
  db.prepare('UPDATE tracks SET recording_id = 2 WHERE id = 3').run();
  expect([...labels.labelsOf('region')]).toEqual([
    [2, ['Galar']],
    [3, ['Galar']],
  ]);
});

test('renaming covers what is stored and what tags say, and merges', async () => {
  byHand('genre', [1], 'Polka');
  const rename = (from: string, to: string) =>
    labels.calls['labels.renameValue']({ set: 'genre', from, to });
  await rename('Metal', 'Jazz');
  await rename('Polka', 'Jazz');
  await rename('Jazz', 'Swing');
  const { values, labelledCount } = await labels.calls['labels.getSet']({ set: 'genre' });
  expect(values.map(({ value, count }) => [value, count])).toEqual([
    ['Swing', 4],
    ['Samba', 2],
    ['Techno', 2],
  ]);
  expect(values[0].sources).toEqual({ hand: 1, tags: 3 });
  expect(labelledCount).toBe(8);
  await rename('Swing', 'Metal');
  await rename('Metal', 'Swing');
  expect(labels.labelsOf('genre').get(2)).toEqual(['Swing']);
});

test('a table is written and read back, whatever the values are', () => {
  const wicked = '=HYPERLINK("http://x"),\n;ü';
  const others = ["'=1+1", '-2', 'שלום 🎵', '<script>alert(1)</script>', `"'`, '😀'.repeat(100)];
  others.forEach((value, i) => byHand('others', [i + 1], value));
  const before = labels.fullLabelsOf('others');
  const exported = [...labels.exportCsv('others')].join('');
  labels.calls['labels.removeSet']({ set: 'others' });
  labels.importCsv('others', exported);
  expect(labels.fullLabelsOf('others')).toEqual(before);
  byHand('region', [1], wicked);
  byHand('region', [2], 'plain');
  const text = [...labels.exportCsv('region')].join('');
  expect(text).toContain(`"'=HYPERLINK(""http://x""),`);
  byHand('region', [1, 2], null);
  const report = labels.importCsv('region', text.replaceAll(',label,', ',region,'));
  expect(report).toMatchObject({ matchedLines: 2, labelledTracks: 2, skippedLines: 0 });
  expect(labels.labelsOf('region').get(1)).toEqual([wicked]);
  expect(labels.fullLabelsOf('region').get(2)?.[0].source).toBe('hand');
});

test('an export is imported again without loss: what hands took away, and who said what', async () => {
  const all = { name: 'mood', isMultiple: true, tag: 'genre', folderDepth: null } as const;
  labels.calls['labels.createSet'](all);
  byHand('mood', [1], 'calm', 'add');
  byHand('mood', [2], 'Metal', 'remove');
  labels.importCsv('mood', 'path,label\n3.0,one\n3.0,two\n');
  labels.replaceSource('mood', 'predicted', [{ trackId: 8, value: 'sad', confidence: 0.7 }]);
  db.prepare(`UPDATE tracks SET genres = '[]' WHERE id IN (7, 8)`).run();
  const before = labels.fullLabelsOf('mood');
  const text = [...labels.exportCsv('mood')].join('');
  expect(text).toContain(`,,hand,1\r\n`);
  const rows = text.replaceAll(',label,', ',value,');
  labels.calls['labels.removeSet']({ set: 'mood' });
  labels.calls['labels.createSet'](all);
  expect(labels.importCsv('mood', rows)).toMatchObject({ skippedLines: 0, labelledTracks: 7 });
  expect(labels.fullLabelsOf('mood')).toEqual(before);
  expect(before.get(8)).toEqual([{ value: 'sad', source: 'predicted', confidence: 0.7 }]);
  expect(denied('mood')).toEqual([2]);
  expect([...labels.exportCsv('mood')].join('')).toBe(text);

  labels.calls['labels.removeSet']({ set: 'mood' });
  labels.importCsv('mood', rows); // A new set is one of several labels, as its table is.
  expect(labels.labelsOf('mood').get(3)).toEqual(['one', 'two']);
  byHand('mood', [2], 'loud');
  labels.importCsv('mood', rows);
  expect(labels.labelsOf('mood').get(2)).toEqual(['loud']); // The hand in the library stays.
  byHand('mood', [2], null);
  expect(denied('mood')).toEqual([2]);
});

test('tracks are found by the end of a path or by title and artist, and what is not is told', () => {
  place(1, 'kanto/Café.mp3');
  place(2, 'johto/Café.mp3');
  const rows = [
    'File;Label',
    'C:\\Music\\kanto\\Café.mp3;no',
    'kanto\\Café.mp3;yes',
    'Café.mp3;ambiguous',
    ';empty',
    'gone.mp3;x',
  ];
  const report = labels.importCsv('region', `\ufeff${rows.join('\r\n')}`);
  expect([...labels.labelsOf('region')]).toEqual([[1, ['yes']]]);
  expect(report.skipped.map(({ line }) => line)).toEqual([2, 4, 5, 6]);
  labels.importCsv('region', 'artist\ttitle\tlabel\nARTIST-4.0\t"title, 4.0"\tfour\n');
  expect(labels.labelsOf('region').get(4)).toEqual(['four']);
});

test('a table is read in the encoding that it was written in', () => {
  const text = 'path;label\r\nCafé.mp3;Ünder\r\n';
  const utf16 = (isLittle: boolean): Uint8Array => {
    const units = [0xfeff, ...Array.from(text, (sign) => sign.charCodeAt(0))];
    return Uint8Array.from(
      units.flatMap((u) => (isLittle ? [u & 255, u >> 8] : [u >> 8, u & 255])),
    );
  };
  const latin1 = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  const withMark = new TextEncoder().encode(`\ufeff${text}`);
  for (const bytes of [
    new TextEncoder().encode(text),
    withMark,
    latin1,
    utf16(true),
    utf16(false),
  ]) {
    expect(tableText(bytes)).toBe(text);
  }
});

test('hostile tables are refused or survived', () => {
  expect(() => labels.importCsv('region', '')).toThrow('empty');
  expect(() => labels.importCsv('region', 'a,b\n1,2')).toThrow('region');
  expect(() => labels.importCsv('region', 'label\nx')).toThrow('path');
  expect(() => labels.importCsv('region', `${'a,'.repeat(500)}b`)).toThrow('columns');
  for (const open of ['"never closed,\n1.0,x\n2.0,y', '1.0,"x\n2.0,y']) {
    const { skipped } = labels.importCsv('region', `path,label\n${open}`);
    expect(skipped).toEqual([
      { line: 2, reason: expect.stringContaining('never closed') as string },
    ]);
  }
  expect([...parseCsv('a,"b"')][0]).toMatchObject({ fields: ['a', 'b'], isOpen: false });
  expect([...parseCsv('a,b\r"x""y"z,\n\n,')].map(({ line, fields }) => [line, fields])).toEqual([
    [1, ['a', 'b']],
    [2, ['x"y', '']],
  ]);
  expect(labels.sets().some(({ name }) => name === 'region')).toBe(false);
});

test('sets that are always there are not removed or renamed, names are taken once', () => {
  const create = (name: string) =>
    labels.calls['labels.createSet']({ name, isMultiple: false, tag: null, folderDepth: null });
  expect(() => labels.calls['labels.removeSet']({ set: 'genre' })).toThrow('always there');
  expect(() => create('Genre')).toThrow('already');
  create('mood');
  byHand('mood', [1], 'calm');
  labels.calls['labels.removeSet']({ set: 'mood' });
  expect(db.prepare('SELECT count(*) FROM labels').pluck().get()).toBe(0);
});

test('lists tracks with a value and those without any', async () => {
  byHand('region', [3, 5, 7], 'Kalos');
  const list = (value: string | null) =>
    labels.calls['labels.listTracks']({ set: 'region', value, offset: 1, limit: 2 });
  const { total, tracks } = await list('Kalos');
  expect([total, tracks.map(({ track }) => track.id)]).toEqual([3, [5, 7]]);
  expect((await list(null)).total).toBe(5);
  const own = await labels.calls['labels.ofTrack']({ trackId: 3 });
  expect(own.find(({ set }) => set.name === 'region')?.labels[0].value).toBe('Kalos');
});

test('what the classes of a model say becomes labels that everything else hides', async () => {
  const score = db.prepare(
    `INSERT INTO head_scores (recording_id, model, model_version, label, probability)
     VALUES (?, 'tagger', '1', ?, ?)`,
  );
  for (const [recording, label, probability] of [
    [1, 'Rain', 0.8],
    [1, 'Thunder', 0.5],
    [2, 'Rain', 0.2],
  ]) {
    score.run(recording, label, probability);
  }
  saveVector(db, { model: 'tagger', version: '1' }, 1, new Float32Array(4));
  const take = (set: string) =>
    labels.calls['labels.takeFromModel']({ set, model: 'tagger', atLeast: 0.3 });
  expect(take('sound')).toEqual({ labelled: 1 });
  expect(labels.fullLabelsOf('sound').get(1)).toEqual([
    { value: 'Rain', source: 'model', confidence: 0.8 },
  ]);
  labels.calls['labels.createSet']({ name: 'all', isMultiple: true, tag: null, folderDepth: null });
  take('all');
  expect(labels.labelsOf('all').get(1)).toEqual(['Rain', 'Thunder']);
  byHand('sound', [1], 'Fire');
  expect(labels.labelsOf('sound').get(1)).toEqual(['Fire']);
  expect(() =>
    labels.calls['labels.takeFromModel']({ set: 'sound', model: 'features', atLeast: 0.3 }),
  ).toThrow('names nothing');
});
