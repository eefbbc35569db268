import type { App } from '../../app.ts';
import { autoencoderCalls } from '../../autoencoder/contract.ts';
import type { AutoencoderInfo, TrackChoice } from '../../autoencoder/contract.ts';
import { PROVIDER_NAMES } from '../../inference/contract.ts';
import { trainedOnWords } from '../../training/contract.ts';
import type { Command } from './command.ts';
import { numberOption, parseInput, UsageError } from './command.ts';

const trainInput = autoencoderCalls['autoencoder.train'].input;

/** `autoencoder train | list | map <id>`: maps that a network learns from the library's own spectrograms. */
export async function autoencoderVerb(app: App, command: Command): Promise<number> {
  const [what, ...words] = command.words;
  if (what === 'train') return train(app, command);
  if (what === 'list') return list(app, command);
  if (what === 'map') return showOnMap(app, command, Number(words[0]));
  throw new UsageError('Say what to do: autoencoder train, list or map.');
}

async function train(app: App, { options, print, progress }: Command): Promise<number> {
  const request = parseInput(trainInput, {
    name: typeof options.name === 'string' ? options.name : undefined,
    tracks: { label: labelOf(options.label) },
    parameters: {
      bottleneck: numberOption(options, 'dims') as 2 | 3 | undefined,
      epochs: numberOption(options, 'epochs'),
      seed: numberOption(options, 'seed'),
    },
  });
  app.events.on('autoencoder.progressed', ({ stage, fraction, history, device }) => {
    const last = history.at(-1);
    const loss = last ? `, round ${last.epoch}, error ${last.loss.toFixed(4)}` : '';
    const where = device ? ` on ${PROVIDER_NAMES[device.provider]}` : '';
    progress(
      `${stage === 'reading' ? 'Reading' : `Training${where}`}: ${Math.round(100 * fraction)} %${loss}`,
    );
  });
  const made = await app.autoencoder.train(request);
  print(made, [line(made), trainedOnWords(made.trainedOn)]);
  return 0;
}

function list(app: App, { print }: Command): number {
  const maps = app.calls['autoencoder.list']({}) as AutoencoderInfo[];
  print(maps, maps.length > 0 ? maps.map(line) : ['No map has been trained yet.']);
  return 0;
}

async function showOnMap(app: App, { print }: Command, id: number): Promise<number> {
  if (!Number.isInteger(id) || id < 1) throw new UsageError('Name the trained map by its number.');
  const map = await app.calls['autoencoder.showOnMap']({ id });
  print(map, [`Map ${map.id} is shown now.`]);
  return 0;
}

/** `region=Forest,Coast` */
function labelOf(option: string | boolean | undefined): TrackChoice['label'] {
  if (typeof option !== 'string') return null;
  const [set, values] = option.split('=', 2);
  if (!set || !values)
    throw new UsageError('--label is a set and its values, as in region=Forest,Coast.');
  return { set, values: values.split(',') };
}

const line = ({
  id,
  name,
  trackCount,
  learnedShares,
  history,
  bestEpoch,
}: AutoencoderInfo): string => {
  const shares = learnedShares.map((share) => `${Math.round(100 * share)} %`).join(', ');
  const { loss } = history[bestEpoch - 1];
  return `${id}  ${name}: ${trackCount} tracks, error ${loss.toFixed(4)}, variance learned ${shares}`;
};
