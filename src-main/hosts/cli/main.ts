import { parseArgs } from 'node:util';
import type { App } from '../../app.ts';
import { toPlainError } from '../../base/errors.ts';
import type { Command } from './command.ts';
import { createCommand, UsageError } from './command.ts';
import { indexVerb } from './index-verb.ts';
import {
  compareVerb,
  doctorVerb,
  embedVerb,
  exportVerb,
  mapVerb,
  similarVerb,
  statusVerb,
  tracksVerb,
} from './library-verbs.ts';
import { serveVerb } from './serve-verb.ts';

const USAGE = `Use: earshot <verb> [options]
  index <folder…> [--jobs N] [--demo]   scan and analyse
  status                                folders and counts
  tracks [words…]                       list or search
  embed <file>                          the 641 values of one file
  similar <id|path> [-n 20] [--diversity 0..1]
  compare <id|path> <id|path>
  map [--dims 2|3] [--seed 42] [--out file.json|file.csv]
  export --out embeddings.csv|embeddings.npy
  serve [--port 0] [--open] [--demo] [folder…]
  doctor                                what works on this machine
Everywhere: --json, --library <folder where the library lives>, --verbose`;

type Verb = (command: Command) => Promise<number>;

/** Verbs over an open library. */
const withApp =
  (verb: (app: App, command: Command) => Promise<number>): Verb =>
  async (command) => {
    const app = command.openApp();
    try {
      return await verb(app, command);
    } finally {
      await app.close();
    }
  };

const VERBS: Record<string, Verb> = {
  index: indexVerb,
  embed: embedVerb,
  serve: serveVerb,
  status: withApp(statusVerb),
  tracks: withApp(tracksVerb),
  similar: withApp(similarVerb),
  compare: withApp(compareVerb),
  map: withApp(mapVerb),
  export: withApp(exportVerb),
  doctor: withApp(doctorVerb),
};

/** 0 done, 1 something failed, 2 wrong use. */
async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        library: { type: 'string' },
        jobs: { type: 'string' },
        n: { type: 'string', short: 'n' },
        diversity: { type: 'string' },
        method: { type: 'string' },
        dims: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
        port: { type: 'string' },
        open: { type: 'boolean' },
        demo: { type: 'boolean' },
      },
    });
    const [name, ...words] = positionals;
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const verb = Object.hasOwn(VERBS, name ?? '') ? VERBS[name] : null;
    if (!verb) throw new UsageError(name ? `There is no verb "${name}".` : 'Say what to do.');
    return await verb(createCommand(words, values));
  } catch (thrown) {
    const isUsage =
      thrown instanceof UsageError ||
      String((thrown as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${toPlainError(thrown).message}\n${isUsage ? `${USAGE}\n` : ''}`);
    return isUsage ? 2 : 1;
  }
}

process.exitCode = await main();
