import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import type { App } from '../../app.ts';
import { matrixRequest, statisticsRequest } from '../../groups/contract.ts';
import type { GroupMatrix, GroupSource, MatrixRequest } from '../../groups/contract.ts';
import type { Command, Options } from './command.ts';
import { parseInput, UsageError } from './command.ts';
import { writeOutput } from './output-file.ts';

/** `label:region` or just `region`; of some values: `region=Alola,Galar`; `playlist:a.m3u8,b.m3u8`. */
async function groupsOption(
  app: App,
  options: Options,
  name: 'rows' | 'cols',
): Promise<GroupSource> {
  const given = options[name];
  if (typeof given !== 'string') {
    throw new UsageError(`Say which groups: --${name} label:genre, artist, album or folder.`);
  }
  if (given.startsWith('playlist:')) {
    return {
      lists: await Promise.all(
        given
          .slice(9)
          .split(',')
          .map((file) => playlist(app, file)),
      ),
    };
  }
  const [set, values] = given.replace(/^label:/, '').split(/=(.*)/s);
  return values === undefined ? { set } : { set, values: values.split(',') };
}

async function playlist(app: App, file: string): Promise<{ name: string; trackIds: number[] }> {
  const text = await readFile(file, 'utf8');
  const { trackIds } = await app.calls['groups.readPlaylist']({ text });
  return { name: parse(file).name, trackIds };
}

/** `matrix --rows label:region --cols label:country`: distances between the means of two sets of groups. */
export async function matrixVerb(app: App, { words, options, print }: Command): Promise<number> {
  if (words.length > 0) throw new UsageError('The groups are named by --rows and --cols.');
  const request = parseInput(matrixRequest, {
    rows: await groupsOption(app, options, 'rows'),
    columns: await groupsOption(app, options, 'cols'),
    model: options.model as string | undefined,
    metric: options.metric as MatrixRequest['metric'] | undefined,
    scale: options.scale as MatrixRequest['scale'],
    pooling: options.pooling as MatrixRequest['pooling'] | undefined,
    order: options.order as MatrixRequest['order'] | undefined,
  });
  const matrix = await app.calls['groups.getMatrix'](request);
  const { out } = options;
  if (typeof out === 'string') await writeOutput(out, [app.groups.csvOf(matrix.id)]);
  print(matrix, [
    ...matrix.rows.map((_, row) => describeRow(matrix, row)),
    ...matrix.remarks,
    ...(typeof out === 'string' ? [`In ${out}.`] : []),
  ]);
  return 0;
}

function describeRow({ rows, columns, distances, ...rest }: GroupMatrix, row: number): string {
  const { column, certainty, rowsOfColumn, centredColumn } = rest.nearest[row];
  if (column < 0) return `${rows[row].name}: nothing to compare with.`;
  const apart = `${distances[row][column].toFixed(3)} ± ${rest.margins[row][column].toFixed(3)}`;
  const sure = `nearest in ${Math.round(100 * certainty)} % of resamples`;
  const hub = rowsOfColumn > 1 ? `, which is nearest to ${rowsOfColumn} rows` : '';
  const centred = `without the levels of rows and columns: ${columns[centredColumn].name}`;
  return `${rows[row].name} → ${columns[column].name} (${apart}; ${sure}${hub}; ${centred})`;
}

/** `stats`: how well the classes of a label set hold together and stand apart. */
export async function statsVerb(app: App, { words, options, print }: Command): Promise<number> {
  if (words.length > 0) throw new UsageError('The classes are named by --label.');
  const request = parseInput(statisticsRequest, {
    set: typeof options.label === 'string' ? options.label.replace(/^label:/, '') : undefined,
    model: options.model as string | undefined,
    scale: options.scale as MatrixRequest['scale'],
  });
  const answer = await app.calls['groups.getStatistics'](request);
  const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
  print(answer, [
    ...answer.classes.map(
      ({ name, count, within, between, silhouette, nearest }) =>
        `${name} (${count}): within ${shown(within)}, to others ${shown(between)}, ` +
        `silhouette ${shown(silhouette)}${nearest ? `, nearest ${nearest.name}` : ''}`,
    ),
    `All: within ${shown(answer.within)}, between ${shown(answer.between)}, silhouette ${shown(answer.silhouette)}.`,
    ...answer.remarks,
  ]);
  return 0;
}
