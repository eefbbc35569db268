import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ArtworkStore } from './artwork.ts';

const base = mkdtempSync(join(tmpdir(), 'earshot-artwork-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]);
const SMALL = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 2]);
const PNG = Buffer.from('\x89PNG\r\n', 'latin1');

let inside: Uint8Array | null;
let shrunk: Uint8Array | null;
let shrinks: number;
let atOnce: number;
let mostAtOnce: number;
let folder: string;
let store: ArtworkStore;

beforeEach(() => {
  [inside, shrunk, shrinks, atOnce, mostAtOnce] = [JPEG, SMALL, 0, 0, 0];
  folder = mkdtempSync(join(base, 'kept-'));
  store = new ArtworkStore({
    folder: join(folder, 'artwork'),
    readPicture: () => Promise.resolve(inside),
    shrinkPicture: async () => {
      shrinks++;
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce--;
      return shrunk;
    },
  });
});
const track = (): Buffer => Buffer.from(join(folder, 'a.mp3'));

test('a small picture is made once, kept, and there when the file is away', async () => {
  const asked = await Promise.all([1, 2, 3].map(() => store.find('abc', track(), 64)));
  expect(asked.map((picture) => picture?.type)).toEqual(['image/jpeg', 'image/jpeg', 'image/jpeg']);
  expect(Buffer.from((await store.find('abc', track(), 64))!.bytes)).toEqual(SMALL);
  expect(shrinks).toBe(1);
  expect(await store.find('abc', null, 64)).not.toBeNull();
  expect(await store.find('abc', null, 256)).toBeNull();
  await store.find('abc', track(), 256);
  expect(await store.find('abc', null, 'full')).not.toBeNull();
  expect(readdirSync(join(folder, 'artwork', 'bc')).sort()).toEqual(['abc-256.jpg', 'abc-64.jpg']);
});

test('where no small one can be made, the picture is served as it is', async () => {
  shrunk = null;
  expect((await store.find('abc', track(), 64))?.bytes).toEqual(JPEG);
});

test('only two are made at a time', async () => {
  await Promise.all([...'abcdefgh'].map((hash) => store.find(hash, track(), 64)));
  expect([shrinks, mostAtOnce]).toEqual([8, 2]);
});

test('what is no picture, or is too large, gives way to the cover beside the file', async () => {
  const huge = Buffer.alloc(21 * 1024 * 1024);
  JPEG.copy(huge);
  for (const bad of [Buffer.from('<svg/>'), Buffer.alloc(0), huge, null]) {
    inside = bad;
    expect(await store.find('abc', track(), 'full')).toBeNull();
  }
  writeFileSync(join(folder, 'folder.png'), PNG);
  expect((await store.find('abc', track(), 'full'))?.type).toBe('image/png');
  writeFileSync(join(folder, 'Cover.JPG'), JPEG);
  expect((await store.find('abc', track(), 'full'))?.type).toBe('image/jpeg');
});

test('a folder that cannot be written to costs nothing but time', async () => {
  writeFileSync(join(folder, 'artwork'), 'a file is in the way');
  expect((await store.find('abc', track(), 64))?.bytes).toEqual(SMALL);
  expect((await store.find('abc', track(), 64))?.bytes).toEqual(SMALL);
  expect(shrinks).toBe(2);
});
