import { AppError } from '../../base/errors.ts';
import { createLog } from '../../base/log.ts';
import { createApp } from '../../app.ts';
import type { App } from '../../app.ts';
import { createNodeHost, defaultDataFolder } from './node-host.ts';

/** Options of the command line as `parseArgs` gives them. */
export type Options = Record<string, string | boolean | undefined>;

/** What a verb may use. */
export interface Command {
  words: string[];
  options: Options;
  /** One JSON document with `--json`, else the lines for a person. */
  print(document: unknown, lines: string[]): void;
  /** For a person who waits; never on stdout. */
  progress(line: string): void;
  openApp(): App;
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

export function createCommand(words: string[], options: Options): Command {
  const isTerminal = process.stderr.isTTY;
  return {
    words,
    options,
    print: (document, lines) => {
      const text = options.json ? JSON.stringify(document) : lines.join('\n');
      process.stdout.write(`${text}\n`);
    },
    progress: (line) => {
      process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    },
    openApp: () => {
      const data = typeof options.library === 'string' ? options.library : defaultDataFolder();
      return createApp(createNodeHost(data, createLog(options.verbose ? 'debug' : 'warn')));
    },
  };
}

/** A whole number of an option. */
export function numberOption(options: Options, name: string, fallback: number): number {
  const given = options[name];
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isFinite(value)) throw new UsageError(`--${name} needs a number.`);
  return value;
}

/** A track by its id or by the path of its file. @throws AppError `not-found` */
export function findTrack(app: App, word: string | undefined): number {
  if (!word) throw new UsageError('Name a track by its id or its path.');
  if (/^\d+$/.test(word)) return Number(word);
  const id = app.db
    .prepare(
      `SELECT t.id FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       WHERE CAST(f.path || '/' || t.path AS TEXT) LIKE '%' || ? ORDER BY length(t.path) LIMIT 1`,
    )
    .pluck()
    .get(word) as number | undefined;
  if (id === undefined)
    throw new AppError('not-found', `There is no track at ${word} in the library.`);
  return id;
}
