import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';

/** The path of a file that was named by a word. @throws AppError where there is none */
export async function musicFile(word: string): Promise<Buffer> {
  const status = await stat(word).catch(() => null);
  if (!status) throw new AppError('not-found', `There is no file ${word}.`);
  if (!status.isFile()) throw new AppError('bad-input', `${word} is no file.`);
  return Buffer.from(resolve(word));
}
