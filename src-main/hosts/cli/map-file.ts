import { basename, extname } from 'node:path';
import type { z } from 'zod';
import type { App } from '../../app.ts';
import { pictureOptions } from '../../exporting/room.ts';
import type { ExportName } from '../../exporting/room.ts';
import type { Options } from './command.ts';
import { parseInput } from './command.ts';
import { writeOutput } from './output-file.ts';

type PictureOptions = z.output<typeof pictureOptions>;

const BY_EXTENSION: Record<string, ExportName> = {
  '.png': 'map.png',
  '.svg': 'map.svg',
  '.html': 'map.html',
  '.csv': 'points.csv',
};

/** Whether a file of this name can hold a map. */
export const isMapFile = (file: string): boolean => Object.hasOwn(BY_EXTENSION, extname(file));

/** Whether a file of this name, given to `export`, is meant to hold a map. */
export const isMapExport = (file: string): boolean =>
  isMapFile(file) && (extname(file) !== '.csv' || basename(file) === 'points.csv');

/** How a map is drawn. @throws UsageError where an option does not fit */
export function pictureOption({ width, height, colour, theme }: Options): PictureOptions {
  return parseInput(pictureOptions, {
    width,
    height,
    colour: colour as 'genre' | undefined,
    theme: theme as 'light' | undefined,
  });
}

/** Writes a map as the name of the file says; answers its bytes. */
export const writeMap = (
  app: App,
  mapId: number,
  file: string,
  picture: PictureOptions,
): Promise<number> =>
  writeOutput(file, app.exporting.open(BY_EXTENSION[extname(file)], mapId, picture).pieces);
