import { basename, extname } from 'node:path';
import type { ExportName } from '../../exporting/room.ts';
import type { App } from '../../app.ts';
import { AppError } from '../../base/errors.ts';
import type { Command, Options } from './command.ts';
import { numberOption, UsageError } from './command.ts';
import { isMapExport, pictureOption, writeMap } from './map-file.ts';
import { modelOption } from './model-option.ts';
import { writeOutput } from './output-file.ts';

interface WrittenFile {
  file: string;
  bytes: number;
}

/**
 * `export --out <file>`: `.csv` holds the tracks and their vectors (a file called `tracks.csv`: without the
 * vectors; `points.csv`: the places of the map); `.npy` the bare matrix, and beside it a CSV that says which
 * track each row is; `.png`, `.svg` and `.html` the map as it is.
 */
export async function exportVerb(app: App, { words, options, print }: Command): Promise<number> {
  const { out } = options;
  if (typeof out !== 'string' || words.length > 0) {
    throw new UsageError('Say where to, such as --out embeddings.csv or --out map.html.');
  }
  const files = isMapExport(out)
    ? [await exportMap(app, out, options)]
    : await exportTable(app, out, modelOption(app, options));
  print(
    { files },
    files.map(({ file, bytes }) => `${file}: ${bytes} bytes.`),
  );
  return 0;
}

async function exportTable(app: App, out: string, model: string): Promise<WrittenFile[]> {
  const write = async (file: string, name: ExportName): Promise<WrittenFile> => ({
    file,
    bytes: await writeOutput(file, app.exporting.open(name, 0, undefined, model).pieces),
  });
  switch (extname(out)) {
    case '.npy':
      return [
        await write(out, 'embeddings.npy'),
        await write(`${out}.tracks.csv`, 'heard-tracks.csv'),
      ];
    case '.csv':
      return [await write(out, basename(out) === 'tracks.csv' ? 'tracks.csv' : 'embeddings.csv')];
    default:
      throw new UsageError('--out is a .csv, .npy, .png, .svg or .html file.');
  }
}

/** The map as it is now, without laying it out anew. */
async function exportMap(app: App, file: string, options: Options): Promise<WrittenFile> {
  const dims = numberOption(options, 'dims') === 3 ? 3 : 2;
  const model = modelOption(app, options);
  const map = await app.projection.calls['projection.getMap']({ dims, model });
  if (!map) {
    throw new AppError('not-found', 'There is no map yet. `earshot map` makes one.');
  }
  return { file, bytes: await writeMap(app, map.id, file, pictureOption(options)) };
}
