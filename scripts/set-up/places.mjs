import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const modules = join(root, 'node_modules');
/** What set-up remembers; it goes away with `node_modules`. */
export const cache = join(modules, '.cache', 'earshot');

/** The first executable of that name in PATH, or null. */
export function findOnPath(name, { path = process.env.PATH ?? '', canRun = isExecutable } = {}) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const candidate of names) {
      if (canRun(join(folder, candidate))) return join(folder, candidate);
    }
  }
  return null;
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
