import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryDownload } from './attempts.mjs';
import { modules } from './places.mjs';

const folder = join(modules, 'electron');

/** Electron's program, or null. `require('electron')` would start a download instead of answering. */
export function electronBinary() {
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null;
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const path = elsewhere ? join(elsewhere, name ?? 'electron') : name && join(folder, 'dist', name);
  return path && existsSync(path) ? path : null;
}

/** Why this machine cannot show a window of Electron's, or null where it can. */
export function reasonAgainstWindow({ platform, env, isRoot }) {
  if (platform !== 'linux') return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (isRoot) return 'it refuses to run as root';
  return null;
}

/** Electron's program, downloaded where it is missing; null where that is not possible. */
export async function provideElectron(node) {
  if (electronBinary()) return electronBinary();
  await tryDownload({
    name: 'electron',
    what: 'Electron (the window Earshot runs in, about 120 MB)',
    from: 'https://github.com',
    seconds: 300,
    command: node,
    args: [join(folder, 'install.js')],
    after: 'Earshot opens in your browser instead.',
  });
  return electronBinary();
}
