import { extname } from 'node:path';
import { fitParameters } from '../../projection/contract.ts';
import type { FitParameters } from '../../projection/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { numberOption, parseInput, UsageError } from './command.ts';
import { writeOutput } from './output-file.ts';

/** `map`: draws the map anew, and prints or writes its points. */
export async function mapVerb(app: App, { options, print, progress }: Command): Promise<number> {
  const parameters = parseInput(fitParameters, {
    dims: numberOption(options, 'dims') as FitParameters['dims'] | undefined,
    method: options.method as FitParameters['method'] | undefined,
    seed: numberOption(options, 'seed'),
  });
  const out = typeof options.out === 'string' ? options.out : null;
  if (out && !['.csv', '.json'].includes(extname(out))) {
    throw new UsageError('--out is a .json or a .csv file.');
  }
  app.events.on('projection.progressed', ({ fraction }) =>
    progress(`Map: ${Math.round(100 * fraction)} %`),
  );
  const map = await app.projection.fit(parameters);
  const points = readPoints(app.projection.pointsOf(map.id)!);
  if (out?.endsWith('.csv'))
    await writeOutput(out, app.exporting.open('points.csv', map.id).pieces);
  else if (out) await writeOutput(out, [JSON.stringify({ map, points })]);
  print(out ? { map, out } : { map, points }, [
    `Map ${map.id}: ${map.count} tracks${out ? `, in ${out}` : ''}.`,
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
