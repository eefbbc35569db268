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

const USAGE = `Use: earshot <verb> [options]
  index <folder…> [--jobs N] [--demo]   scan and analyse
  status                                folders and counts
  tracks [words…]                       list or search
  embed <file> [--model features]       the values of one file; needs no library
  similar <id|path> [-n 20] [--diversity 0..1]
  similar --text "slow piano in the rain"  by words; needs a model that knows them
  compare <id|path> <id|path>
  map [--method umap|tsne|pca] [--dims 2|3] [--seed 42] [--embeddings embeddings.csv]
    [--out file.png|.svg|.html|.csv|.json] [--width 1600] [--height 1200] [--theme light|dark]
    [--colour genre|artist|year|tempo|key|region|…]
                                        lay the map out anew, and keep it as the name of the file says
  label list [set] | set <set> <value> <id|path…> | import <set> <file.csv> | export <set> --out <file.csv>
  classify train|evaluate|predict [id]|explain <id> --label region [--only Kanto] [--model features]
    [--algorithm gbt|mlp|cnn]           labels learned from sound, with honest scores
  autoencoder train [--label region=Forest,Coast] [--dims 2|3] [--epochs N] [--name N] | list | map <id>
                                        a map that a network learns from the tracks' own spectrograms
  boundary --label region [-n 20]       the least certain tracks, each with its two candidates
  matrix --rows label:region --cols label:country [--metric l2|cosine] [--scale raw|standardised]
    [--pooling tracks|seconds] [--order given|linkage|optimal] [--out matrix.csv]
                                        how far apart groups of tracks are
  stats [--label genre] [--model M]     how well groups hold together and stand apart
  journey <file|id> [--out journey.png] from the sound of a track to its values and place
  export --out embeddings.csv|embeddings.npy|tracks.csv|points.csv|map.png|map.svg|map.html
  model list | add <id> [--variant V] [--from folder] | add --from folder | remove <id> | test <id>
  serve [--port 0] [--open] [--demo] [folder…]
  doctor                                what works on this machine
  bench                                 how fast this machine is at it
Everywhere: --json, --library <folder where the library lives>, --verbose`;

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
      output.stdout(`${USAGE}\n`);
      return 0;
    }
    const verb = Object.hasOwn(VERBS, name ?? '') ? VERBS[name] : null;
    if (!verb) throw new UsageError(name ? `There is no verb "${name}".` : 'Say what to do.');
    return await verb(createCommand(words, values, output));
  } catch (thrown) {
    const isUsage =
      thrown instanceof UsageError ||
      String((thrown as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    const message = harmless(toPlainError(thrown).message);
    output.stderr(`${message}\n${isUsage ? `${USAGE}\n` : ''}`);
    return isUsage ? 2 : 1;
  }
}
