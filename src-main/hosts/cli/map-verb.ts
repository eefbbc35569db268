import { extname } from 'node:path';
import { fitParameters } from '../../projection/contract.ts';
import type { FitParameters } from '../../projection/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { numberOption, parseInput, UsageError } from './command.ts';
import { isMapFile, pictureOption, writeMap } from './map-file.ts';
import { modelOption } from './model-option.ts';
import { expectPlaceFor, writeOutput } from './output-file.ts';

/**
 * `map`: lays the map out anew, and prints its points or writes them as the name of the file says: as a
 * picture, a page, a table or JSON; with `--embeddings` the vectors beside it.
 */
export async function mapVerb(app: App, { options, print, progress }: Command): Promise<number> {
  const parameters = parseInput(fitParameters, {
    dims: numberOption(options, 'dims') as FitParameters['dims'] | undefined,
    method: options.method as FitParameters['method'] | undefined,
    seed: numberOption(options, 'seed'),
    model: modelOption(app, options),
  });
  const out = typeof options.out === 'string' ? options.out : null;
  if (out && !isMapFile(out) && extname(out) !== '.json') {
    throw new UsageError('--out is a .png, .svg, .html, .csv or .json file.');
  }
  const picture = pictureOption(options);
  const { embeddings } = options;
  for (const file of [out, embeddings]) if (typeof file === 'string') await expectPlaceFor(file);
  app.events.on('projection.progressed', ({ fraction }) =>
    progress(`Map: ${Math.round(100 * fraction)} %`),
  );
  const map = await app.projection.fit(parameters);
  const points = readPoints(app.projection.pointsOf(map.id)!);
  if (out && isMapFile(out)) await writeMap(app, map.id, out, picture);
  else if (out) await writeOutput(out, [JSON.stringify({ map, points })]);
  if (typeof embeddings === 'string') {
    await writeOutput(
      embeddings,
      app.exporting.open('embeddings.csv', 0, undefined, parameters.model).pieces,
    );
  }
  print(out ? { map, out } : { map, points }, [
    `Map ${map.id}: ${points.length} tracks${out ? `, in ${out}` : ''}.`,
  ]);
  return 0;
}

/** The layout is told at `MapInfo`. */
function readPoints(bytes: Uint8Array): { trackId: number; position: number[] }[] {
  const buffer = bytes.slice().buffer as ArrayBuffer;
  const [count, dims] = new Uint32Array(buffer, 0, 2);
  const ids = new Int32Array(buffer, 8, count);
  const positions = new Float32Array(buffer, 8 + 4 * count, count * dims);
  return Array.from(ids, (trackId, row) => ({
    trackId,
    position: [...positions.subarray(row * dims, (row + 1) * dims)],
  }));
}
