import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillLibrary } from '../../projection/fixtures/synthetic-library.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-map-file-'));
const out = (name: string): string => join(folder, name);

/** The exit code; what is said goes nowhere. */
const run = (...words: string[]): Promise<number> => {
  const output = { stdout: () => {}, stderr: () => {}, isTerminal: false };
  return runCommandLine([...words, '--library', folder], output);
};

beforeAll(() => fillLibrary(join(folder, 'library.db'), 30));
afterAll(() => rmSync(folder, { recursive: true }));

test('the map as it is, as the name of the file says', async () => {
  for (const name of ['points.csv', 'map.svg', 'map.html', 'map.png']) {
    expect(await run('export', '--width', '300', '--height', '200', '--out', out(name))).toBe(0);
  }
  expect(readFileSync(out('points.csv'), 'utf8').trim().split('\r\n')).toHaveLength(31);
  expect(readFileSync(out('map.svg'), 'utf8')).toMatch(/^<svg [^>]*width="300" height="200"/);
  expect(readFileSync(out('map.html'), 'utf8')).toMatch(/^<!doctype html>/);
  const png = readFileSync(out('map.png'));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 200]);
});

test('one command lays out by t-SNE and writes the picture and the vectors', async () => {
  const files = ['--out', out('tsne_plot.png'), '--embeddings', out('embeddings.csv')];
  expect(await run('map', '--method', 'tsne', '--width', '300', ...files)).toBe(0);
  expect(readFileSync(out('tsne_plot.png')).toString('latin1', 1, 4)).toBe('PNG');
  expect(readFileSync(out('embeddings.csv'), 'utf8').trim().split('\r\n')).toHaveLength(31);
});

test('wrong names, colours and sizes are wrong use', async () => {
  expect(await run('export', '--out', out('map.jpg'))).toBe(2);
  expect(await run('map', '--out', out('map.gif'))).toBe(2);
  expect(await run('export', '--out', out('map.png'), '--colour', 'mood')).toBe(2);
  expect(await run('export', '--out', out('map.png'), '--width', '9')).toBe(2);
  expect(await run('export', '--dims', '3', '--out', out('map.png'))).toBe(1);
});
