import { basename, extname } from 'node:path';
import type { ExportName } from '../../exporting/room.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { writeOutput } from './output-file.ts';

/**
 * `export --out <file>`: `.csv` holds the tracks and their vectors (a file called `tracks.csv`: without the
 * vectors); `.npy` the bare matrix, and beside it a CSV that says which track each row is.
 */
export async function exportVerb(app: App, { words, options, print }: Command): Promise<number> {
  const { out } = options;
  const extension = typeof out === 'string' ? extname(out) : '';
  if (typeof out !== 'string' || words.length > 0 || !['.csv', '.npy'].includes(extension)) {
    throw new UsageError('Say where to: --out embeddings.csv or --out embeddings.npy.');
  }
  const write = async (
    file: string,
    name: ExportName,
  ): Promise<{ file: string; bytes: number }> => ({
    file,
    bytes: await writeOutput(file, app.exporting.open(name).pieces),
  });
  const files =
    extension === '.npy'
      ? [await write(out, 'embeddings.npy'), await write(`${out}.tracks.csv`, 'heard-tracks.csv')]
      : [await write(out, basename(out) === 'tracks.csv' ? 'tracks.csv' : 'embeddings.csv')];
  print(
    { files },
    files.map(({ file, bytes }) => `${file}: ${bytes} bytes.`),
  );
  return 0;
}
