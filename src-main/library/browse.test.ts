import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PlaceBrowser } from './browse.ts';

const base = mkdtempSync(join(tmpdir(), 'earshot-browse-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('places are listed by ids from the home folder up and down', async () => {
  const browser = new PlaceBrowser();
  const home = await browser.list(undefined);
  expect(home.place.path).toBe(homedir());
  const root = await browser.list(home.parents[0].placeId);
  expect([root.place.path, root.parents]).toEqual(['/', []]);
  let at = root;
  for (const name of base.split('/').filter(Boolean).slice(0, -1)) {
    at = await browser.list(at.folders.find((folder) => folder.name === name)!.placeId);
  }
  expect(at.folders.map(({ name }) => name)).toContain(basename(base));
});

test('hidden and broken entries are left out; links, counts and strange names are right', async () => {
  mkdirSync(join(base, 'music 10'));
  mkdirSync(join(base, 'music 9'));
  mkdirSync(join(base, '.hidden'));
  mkdirSync(join(base, 'an album.mp3'));
  symlinkSync(join(base, 'music 9'), join(base, 'link'));
  symlinkSync(join(base, 'nowhere'), join(base, 'broken'));
  writeFileSync(join(base, 'a.mp3'), '');
  writeFileSync(join(base, 'b.txt'), '');
  const odd = Buffer.concat([Buffer.from(`${base}/caf`), Buffer.from([0xe9])]);
  mkdirSync(odd);
  const browser = new PlaceBrowser();
  let at = await browser.list((await browser.list(undefined)).parents[0].placeId);
  for (const name of base.split('/').filter(Boolean)) {
    at = await browser.list(at.folders.find((folder) => folder.name === name)!.placeId);
  }
  expect(at.audioFileCount).toBe(1);
  const names = at.folders.map(({ name }) => name);
  expect(names).toEqual(['an album.mp3', 'caf\ufffd', 'link', 'music 9', 'music 10']);
  const oddPlace = at.folders[1].placeId;
  expect(browser.pathOf(oddPlace).equals(odd)).toBe(true);
  expect((await browser.list(oddPlace)).folders).toEqual([]);
  rmSync(odd, { recursive: true });
  await expect(browser.list(oddPlace)).rejects.toMatchObject({ code: 'file-unreadable' });
});
