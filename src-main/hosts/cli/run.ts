import { parseArgs } from 'node:util';
import type { App } from '../../app.ts';
import { toPlainError } from '../../base/errors.ts';
import { autoencoderVerb } from './autoencoder-verb.ts';
import { benchVerb } from './bench-verb.ts';
import { boundaryVerb, classifyVerb } from './classify-verb.ts';
import type { Command, Output, Verb } from './command.ts';
import { createCommand, harmless, UsageError } from './command.ts';
import { doctorVerb } from './doctor-verb.ts';
import { embedVerb } from './embed-verb.ts';
import { exportVerb } from './export-verb.ts';
import { matrixVerb, statsVerb } from './groups-verbs.ts';
import { indexVerb } from './index-verb.ts';
import { journeyVerb } from './journey-verb.ts';
import { labelVerb } from './label-verb.ts';
import { compareVerb, similarVerb, statusVerb, tracksVerb } from './library-verbs.ts';
import { mapVerb } from './map-verb.ts';
import { modelVerb } from './model-verb.ts';
import { serveVerb } from './serve-verb.ts';
import { flagOf, takesOption, usageOf } from './usage.ts';

/** Verbs over a library that is there. */
const withApp =
  (verb: (app: App, command: Command) => Promise<number>): Verb =>
  async (command) => {
    const app = command.openExistingApp();
    try {
      return await verb(app, command);
    } finally {
      await app.close();
    }
  };

const VERBS: Record<string, Verb> = {
  index: indexVerb,
  embed: embedVerb,
  journey: journeyVerb,
  serve: serveVerb,
  model: modelVerb,
  doctor: doctorVerb,
  bench: benchVerb,
  status: withApp(statusVerb),
  tracks: withApp(tracksVerb),
  similar: withApp(similarVerb),
  compare: withApp(compareVerb),
  map: withApp(mapVerb),
  export: withApp(exportVerb),
  label: withApp(labelVerb),
  classify: withApp(classifyVerb),
  autoencoder: withApp(autoencoderVerb),
  boundary: withApp(boundaryVerb),
  matrix: withApp(matrixVerb),
  stats: withApp(statsVerb),
};

const OPTIONS = {
  json: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  library: { type: 'string' },
  jobs: { type: 'string' },
  model: { type: 'string' },
  count: { type: 'string', short: 'n' },
  diversity: { type: 'string' },
  method: { type: 'string' },
  dims: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  embeddings: { type: 'string' },
  width: { type: 'string' },
  height: { type: 'string' },
  colour: { type: 'string' },
  theme: { type: 'string' },
  label: { type: 'string' },
  epochs: { type: 'string' },
  name: { type: 'string' },
  algorithm: { type: 'string' },
  only: { type: 'string' },
  rows: { type: 'string' },
  cols: { type: 'string' },
  metric: { type: 'string' },
  scale: { type: 'string' },
  pooling: { type: 'string' },
  order: { type: 'string' },
  port: { type: 'string' },
  open: { type: 'boolean' },
  demo: { type: 'boolean' },
  variant: { type: 'string' },
  from: { type: 'string' },
  text: { type: 'string' },
} as const;

/** Runs what the words say; the answer is the exit code: 0 done, 1 something failed, 2 wrong use. */
export async function runCommandLine(args: string[], output: Output): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const [name, ...words] = positionals;
    if (values.help) {
      output.stdout(`${usageOf(name)}\n`);
      return 0;
    }
    return await verbNamed(name, Object.keys(values))(createCommand(words, values, output));
  } catch (thrown) {
    const { message } = toPlainError(thrown);
    const isUnparsable = String((thrown as NodeJS.ErrnoException).code).startsWith(
      'ERR_PARSE_ARGS',
    );
    const isUsage = thrown instanceof UsageError || isUnparsable;
    const verb = args.find((word) => Object.hasOwn(VERBS, word));
    if (isUsage) output.stderr(`${usageOf(verb)}\n\n`);
    output.stderr(`${harmless(isUnparsable ? firstSentence(message) : message)}\n`);
    return isUsage ? 2 : 1;
  }
}

/** @throws UsageError where there is none, or it knows nothing of an option */
function verbNamed(name: string | undefined, options: string[]): Verb {
  if (name === undefined) throw new UsageError('Say what to do.');
  if (!Object.hasOwn(VERBS, name)) throw new UsageError(`There is no verb "${name}".`);
  const stranger = options.find((option) => !takesOption(name, option));
  if (stranger) throw new UsageError(`\`${name}\` knows no option ${flagOf(stranger)}.`);
  return VERBS[name];
}

/** Node goes on with advice that is no use here. */
const firstSentence = (message: string): string =>
  `${message.split(/\n|\. /)[0].replace(/\.$/, '')}.`;
