import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import { AppError } from '../../base/errors.ts';
import type { ModelEntry } from '../../models/contract.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { fittingIds } from './model-option.ts';

const ACTIONS: Record<string, (app: App, command: Command, id?: string) => Promise<number>> = {
  list: listModels,
  add: addModel,
  remove: removeModel,
  test: testModel,
};

/** `model list|add|remove|test <id>`; needs no library, and adding asks for no consent but the command itself. */
export async function modelVerb(command: Command): Promise<number> {
  const [name, id, ...more] = command.words;
  const action = Object.hasOwn(ACTIONS, name ?? '') ? ACTIONS[name] : null;
  if (!action || more.length > 0)
    throw new UsageError('Say what to do: model list, add, remove or test.');
  const app = command.openApp();
  try {
    return await action(app, command, id);
  } finally {
    await app.close();
  }
}

async function listModels(app: App, { print }: Command): Promise<number> {
  const list = await app.models.calls['models.list']({});
  print(list, [
    ...list.models.flatMap(describe),
    ...list.broken.map(({ folder, reason }) => `${folder}: no model. ${reason}`),
    `Models of your own go to ${list.ownFolder}.`,
  ]);
  return 0;
}

function describe({ id, name, licence, variants, variant, problem, folder }: ModelEntry): string[] {
  return [
    `${id}  ${name}  [${variant ? `ready: ${variant}` : 'not here'}]`,
    `    ${licence.name}. ${licence.sentence}`,
    ...variants.map((one) => `    ${one.id}: ${megabytes(one.bytes)}, ${one.state}. ${one.about}`),
    ...(problem ? [`    ${problem}`] : []),
    ...(variants.some(({ canDownload }) => canDownload) ? [] : [`    Its files go to ${folder}.`]),
  ];
}

const megabytes = (bytes: number | null): string =>
  bytes === null ? 'size unknown' : `${(bytes / 1e6).toFixed(0)} MB`;

/** Files that were put by hand are looked at; what is missing is fetched. */
async function addModel(app: App, command: Command, id?: string): Promise<number> {
  const { options, print, progress } = command;
  if (typeof options.from === 'string') {
    const entry = await app.models.addFromFolder(resolve(options.from), id);
    print(entry, [`${entry.name} is ready: ${entry.variant}.`]);
    return 0;
  }
  const entry = entryOf(app, id);
  const { name, nonCommercial, sentence } = entry.licence;
  progress(`${nonCommercial ? 'Non-commercial use only. ' : ''}${name}: ${sentence}`);
  app.events.on('models.downloadProgressed', ({ receivedBytes, totalBytes }) =>
    progress(`${entry.name}: ${megabytes(receivedBytes)} of ${megabytes(totalBytes)}`),
  );
  const variant = typeof options.variant === 'string' ? options.variant : undefined;
  const installed = await app.models.install(entry.id, variant);
  print(entryOf(app, id), [
    `${entry.name} is ready: ${installed.variant}, SHA-256 ${installed.sha256}.`,
    `Licence: ${name}. ${sentence}`,
  ]);
  return 0;
}

async function removeModel(app: App, { print }: Command, id?: string): Promise<number> {
  const { id: removed, name, bytesOnDisk } = entryOf(app, id);
  await app.models.calls['models.remove']({ id: removed });
  print({ removed, bytes: bytesOnDisk }, [`${name} is removed: ${megabytes(bytesOnDisk)}.`]);
  return 0;
}

/** One segment through the network: whether it does what its manifest says, where, and how fast. */
async function testModel(app: App, { print }: Command, id?: string): Promise<number> {
  const entry = entryOf(app, id);
  const trial = await app.calls['models.test']({ id: entry.id });
  const { variant, provider, milliseconds, input, dims, classes } = trial;
  print(trial, [
    `${entry.name} (${variant}) works on ${provider}: ${milliseconds.toFixed(1)} ms for a segment of ${entry.segmentSeconds.toFixed(1)} s.`,
    `[${input.join(', ')}] becomes ${dims} values${classes === null ? '' : ` and ${classes} scores`}.`,
  ]);
  return 0;
}

function entryOf(app: App, id: string | undefined): ModelEntry {
  if (!id) throw new UsageError('Name a model; `model list` lists them.');
  const catalogue = app.models.catalogue();
  const fitting = fittingIds(
    catalogue.map((one) => one.id),
    id,
  );
  if (fitting.length === 1) return catalogue.find((one) => one.id === fitting[0])!;
  if (fitting.length > 1) throw new UsageError(`Which model: ${fitting.join(', ')}?`);
  throw new AppError('not-found', `There is no model ${id}. \`model list\` lists them.`);
}
