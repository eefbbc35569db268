import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Absolute path of a file or folder at the top of the program, such as `resources/wasm/x.wasm`: above the
 * sources, above a build and its chunks, or beside the archive of a packaged application.
 */
export function shippedFile(path: string): string {
  const candidates = ['../..', '../../..'].map((up) =>
    fileURLToPath(new URL(`${up}/${path}`, import.meta.url)).replace(
      'app.asar',
      'app.asar.unpacked',
    ),
  );
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0];
}
