import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { createLog } from '../../base/log.ts';
import { createApp } from '../../app.ts';
import type { App } from '../../app.ts';
import { createNodeHost, defaultDataFolder } from './node-host.ts';
import { flagOf } from './usage.ts';

/** Where the words go. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** A person watches stderr: one line is written over and over. */
  isTerminal: boolean;
}

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
  /** The library, made where there is none. */
  openApp(): App;
  /** @throws AppError `not-found` where no library was made yet */
  openExistingApp(): App;
}

/** Runs one verb; the answer is the exit code. */
export type Verb = (command: Command) => Promise<number>;

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

/** Where nobody watches, progress is written this seldom. */
const QUIET_MILLISECONDS = 5000;

export function createCommand(
  words: string[],
  options: Options,
  { stdout, stderr, isTerminal }: Output,
): Command {
  const data = resolve(typeof options.library === 'string' ? options.library : defaultDataFolder());
  let lastProgress = -Infinity;
  const progress = (line: string): void => {
    const now = performance.now();
    if (!isTerminal && now - lastProgress < QUIET_MILLISECONDS) return;
    lastProgress = now;
    stderr(isTerminal ? `\r\x1b[K${harmless(line)}` : `${harmless(line)}\n`);
  };
  const openApp = (): App => {
    const app = createApp(createNodeHost(data, createLog(options.verbose ? 'debug' : 'warn')));
    app.events.on('library.demoProgressed', ({ made, total }) =>
      progress(`Making the demo library: ${made} of ${total} tracks`),
    );
    return app;
  };
  return {
    words,
    options,
    print: (document, lines) => {
      if (isTerminal && lastProgress > 0) stderr('\r\x1b[K');
      const text = options.json ? JSON.stringify(document) : lines.map(harmless).join('\n');
      if (text !== '') stdout(`${text}\n`);
    },
    progress,
    openApp,
    openExistingApp: () => {
      if (existsSync(join(data, 'library.db'))) return openApp();
      const advice = 'Make one with `earshot index <folder>`, or name another with --library.';
      throw new AppError('not-found', `There is no library in ${data}. ${advice}`);
    },
  };
}

/** Tags and file names are anybody's: what would steer a terminal is shown as a replacement character. */
export const harmless = (text: string): string =>
  text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '�').replaceAll('\n', '�');

/** A number of an option. */
export function numberOption(options: Options, name: string): number | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : NaN;
  if (!Number.isFinite(value)) throw new UsageError(`${flagOf(name)} needs a number.`);
  return value;
}

/** `-n`: how many lines are wanted. */
export function countOption(options: Options): number {
  const count = numberOption(options, 'count') ?? 20;
  if (!Number.isInteger(count) || count < 1) throw new UsageError('-n is a whole number from 1.');
  return count;
}

/** The input of a call, said as wrong use where it is none. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${flagOf(String(issue.path.at(-1)))} ${expectationOf(issue)}.`);
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `is one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'is too short' : `is ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string' ? 'is too long' : `is ${issue.maximum} or less`;
    case 'invalid_type':
      return issue.expected === 'int' ? 'is a whole number' : `is no ${issue.expected}`;
    default:
      return 'does not fit';
  }
}

/** Such as `1 track` or `2 tracks`. */
export const plural = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`;
