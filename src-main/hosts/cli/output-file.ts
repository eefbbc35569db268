import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../base/errors.ts';

/** Writes a file that appears whole or not at all; answers its bytes. */
export async function writeOutput(
  file: string,
  pieces: Iterable<string | Uint8Array>,
): Promise<number> {
  await expectPlaceFor(file);
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (thrown) {
    await rm(unfinished, { force: true });
    throw thrown;
  }
  return (await stat(file)).size;
}

/** Before long work whose result goes to a file. @throws AppError where there is no folder for it */
export async function expectPlaceFor(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const isThere = await stat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isThere) {
    throw new AppError('not-found', `There is no folder ${folder} to write to.`);
  }
}
