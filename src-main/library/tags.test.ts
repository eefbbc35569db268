import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../base/log.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { BoundedFile } from './bounded-file.ts';
import { integerWithin, within } from './clean-tags.ts';
import { copySample } from './fixtures/test-library.ts';
import { TagReader } from './tag-reader.ts';
import { readTags } from './tags.ts';
import type { Tags } from './tags.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-tags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const read = (name: string): Promise<Tags> => readTags(Buffer.from(at(name)));

test.each(
  'test.mp3 test.flac test.ogg test.opus test.m4a alac.m4a test.wav test.aiff test.wma test.wv'.split(
    ' ',
  ),
)('the tags of %s', async (name) => {
  copySample(name, at(name));
  const tags = await read(name);
  expect(tags).toMatchObject({ title: 'Tést', artist: 'Ann', album: 'Tests', genres: ['Rock'] });
  if (name !== 'test.wma') expect(tags.year).toBe(2001); // ffmpeg writes it under another name there.
});

test.each(['test.webm', 'test.mka'])('the tags of %s', async (name) => {
  copySample(name, at(name));
  expect(await read(name)).toMatchObject({ title: 'Tést', artist: 'Ann', genres: ['Rock'] });
});

test('the content says what the name does not', async () => {
  copySample('test.flac', at('flac.mp3'));
  copySample('test.mp3', at('mp3.ogg'));
  expect((await read('flac.mp3')).title).toBe('Tést');
  expect((await read('mp3.ogg')).title).toBe('Tést');
});

test('of a huge file only a little is read', async () => {
  for (const name of ['test.mp3', 'test.flac', 'test.ogg', 'test.m4a', 'test.wav', 'test.mka']) {
    copySample(name, at(`huge-${name}`));
    truncateSync(at(`huge-${name}`), 3 * 1024 ** 3);
    const start = performance.now();
    expect((await read(`huge-${name}`)).title).toBe('Tést');
    expect(performance.now() - start).toBeLessThan(5000);
  }
  writeFileSync(at('nothing.mp3'), '');
  truncateSync(at('nothing.mp3'), 3 * 1024 ** 3);
  expect(await read('nothing.mp3')).toMatchObject({ title: 'nothing', album: basename(folder) });
});

test('a file gives no more bytes and ranges than it was opened for', async () => {
  writeFileSync(at('bytes'), Buffer.alloc(100_000, 7));
  const limits = { bytes: 40_000, ranges: 100 };
  const file = await BoundedFile.open(Buffer.from(at('bytes')), '', limits);
  for (let i = 0; i < 99; i++) {
    const range = await file.slice(i, i + 10).arrayBuffer(); // Out of one window.
    expect([...new Uint8Array(range)]).toEqual(new Array(10).fill(7));
  }
  await expect(file.slice(20_000, 60_000).arrayBuffer()).rejects.toThrow('too large');
  await expect(file.slice(0, 1).arrayBuffer()).rejects.toThrow('do not end');
  await file.close();
});

test('numbers outside reason are none', () => {
  expect(integerWithin(3.7, 1, 9)).toBe(3);
  for (const value of [NaN, Infinity, -1, '3', null, undefined, {}]) {
    expect(within(value, 1, 9)).toBeNull();
    expect(integerWithin(value, 1, 9)).toBeNull();
  }
});

test('tags that keep the parser busy cost the file its tags and nobody else anything', async () => {
  copySample('test.mp3', at('good.mp3'));
  writeFileSync(at('hostile.flac'), flacWithComments(2_000_000));
  const reader = new TagReader(
    forkNodeWorker.bind(null, 'tags'),
    createLog('error', () => {}),
    2,
  );
  const files = ['hostile.flac', 'good.mp3', 'gone.mp3'].map((name) => Buffer.from(at(name)));
  const tags = await reader.readTags(files);
  expect(tags.map(({ title }) => title)).toEqual(['hostile', 'Tést', 'gone']);
  expect(await reader.readPicture(Buffer.from(at('hostile.flac')))).toBeNull();
  reader.close();
  expect((await reader.readTags(files.slice(1, 2)))[0].title).toBe('good');
});

/** A Vorbis comment of so many empty entries in a file of a few megabytes. */
function flacWithComments(count: number): Buffer {
  const comments = Buffer.alloc(8 + 4 * count);
  comments.writeUInt32LE(count, 4);
  const header = Buffer.from('fLaC\x84\0\0\0', 'latin1');
  header.writeUIntBE(comments.length, 5, 3);
  return Buffer.concat([header, comments]);
}

test('a WAV with texts in UTF-8 or in Latin-1', async () => {
  mkdirSync(at('wav'), { recursive: true });
  for (const encoding of ['utf8', 'latin1'] as const) {
    const title = Buffer.from('Çedille', encoding);
    const padded = Buffer.concat([title, Buffer.alloc(2 - (title.length % 2))]);
    const entry = Buffer.concat([Buffer.from('INAM'), uint32(padded.length), padded]);
    const info = Buffer.concat([Buffer.from('INFO'), entry]);
    const format = Buffer.from('\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0', 'latin1');
    const chunks = [chunk('fmt ', format), chunk('LIST', info), chunk('data', Buffer.alloc(64))];
    const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
    writeFileSync(at('info.wav'), chunk('RIFF', body));
    expect((await read('info.wav')).title).toBe('Çedille');
  }
});

const chunk = (name: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(name), uint32(body.length), body]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
