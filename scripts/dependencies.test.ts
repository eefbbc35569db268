import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './set-up/places.mjs';

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
}

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const wanted = readJson('package.json') as Record<string, Record<string, string>>;
const locked = readJson('package-lock.json').packages as Record<string, Locked>;

const listed = [
  ...readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8').matchAll(
    /^\| (\S+) +\| (.+?) +\| (\S+) +\|$/gm,
  ),
]
  .map(([, name, reason, licence]) => ({ name, reason, licence }))
  .filter(({ name }) => name !== 'Package' && !name.startsWith('--'));

/** Those that ask for no more than being named, or only for their own changed files. */
const PERMITTED = new Set(
  'MIT MPL-2.0 ISC BSD-2-Clause BSD-3-Clause 0BSD Apache-2.0 BlueOak-1.0.0 Python-2.0 CC-BY-4.0 CC0-1.0 WTFPL'.split(
    ' ',
  ),
);
/** Neither linked nor packed; see docs/dependencies.md. */
const SEPARATE_PROGRAMS = ['node_modules/ffmpeg-static'];
/** These say their licence in a file only, which was read: BSD-3-Clause both. */
const SAID_ELSEWHERE = ['node_modules/claygl', 'node_modules/parse-cache-control'];

const isPermitted = (licence = '') =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => PERMITTED.has(one));

test('docs/dependencies.md lists exactly what package.json asks for, with the licence', () => {
  const { dependencies, devDependencies, optionalDependencies } = wanted;
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
  for (const { name, licence } of listed) {
    expect(`${name} ${locked[`node_modules/${name}`].license}`).toBe(`${name} ${licence}`);
  }
});

test('what is packed is said to be packed', () => {
  const packed = listed.slice(0, Object.keys(wanted.dependencies).length);
  expect(packed.map(({ name }) => name)).toEqual(Object.keys(wanted.dependencies).sort());
});

test('every installed package has a licence we accept', () => {
  const others = Object.entries(locked)
    .filter(([path]) => path && ![...SEPARATE_PROGRAMS, ...SAID_ELSEWHERE].includes(path))
    .filter(([, { license }]) => !isPermitted(license))
    .map(([path, { license }]) => `${path}: ${license}`);
  expect(others).toEqual([]);
});

test('a separate program is not packed', () => {
  for (const path of SEPARATE_PROGRAMS) expect(locked[path].dev).toBe(true);
});
