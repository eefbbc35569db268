import { readFile } from 'node:fs/promises';
import { labelCalls, tableText } from '../../labels/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { parseInput, plural, UsageError } from './command.ts';
import { findTrack } from './library-verbs.ts';
import { writeOutput } from './output-file.ts';

/** `label`: sets of labels and what is in them. */
export async function labelVerb(app: App, command: Command): Promise<number> {
  const [what, ...words] = command.words;
  if (what === 'list') return listLabels(app, command, words);
  if (what === 'set') return setLabels(app, command, words, 'replace');
  if (what === 'remove') return setLabels(app, command, words, 'remove');
  if (what === 'import') return importLabels(app, command, words);
  if (what === 'export') return exportLabels(app, command, words);
  throw new UsageError('Say what to do: label list, set, remove, import or export.');
}

async function listLabels(app: App, { print }: Command, [set]: string[]): Promise<number> {
  if (set === undefined) {
    const sets = app.labels.sets();
    print(
      sets,
      sets.map(({ name, isMultiple }) => `${name}${isMultiple ? '  (several per track)' : ''}`),
    );
    return 0;
  }
  const details = await app.calls['labels.getSet']({ set });
  print(details, [
    ...details.values.map(({ value, count }) => `${String(count).padStart(6)}  ${value}`),
    `${plural(details.labelledCount, 'track')} labelled, ${details.unlabelledCount} not.`,
  ]);
  return 0;
}

async function setLabels(
  app: App,
  { print }: Command,
  words: string[],
  mode: 'replace' | 'remove',
): Promise<number> {
  const [set, value, ...tracks] = words;
  if (tracks.length === 0) throw new UsageError('Name a set, a value and at least one track.');
  const trackIds: number[] = [];
  for (const track of tracks) trackIds.push(await findTrack(app, track));
  const input = parseInput(labelCalls['labels.setLabel'].input, { set, value, trackIds, mode });
  const answer = await app.calls['labels.setLabel'](input);
  print(answer, [
    `${answer.labelled} ${answer.labelled === 1 ? 'track is' : 'tracks are'}${mode === 'remove' ? ' not' : ''} ${value} in ${set}.`,
  ]);
  return 0;
}

async function importLabels(app: App, { print }: Command, [set, file]: string[]): Promise<number> {
  if (!file) throw new UsageError('Name a set and a table: label import region regions.csv.');
  const report = app.labels.importCsv(set, tableText(await readFile(file)));
  print(report, [
    `${plural(report.labelledTracks, 'track')} labelled by ${plural(report.matchedLines, 'line')}.`,
    ...report.skipped.map(({ line, reason }) => `Line ${line}: ${reason}`),
    ...(report.skippedLines > report.skipped.length
      ? [`${report.skippedLines} lines were skipped in all.`]
      : []),
  ]);
  return report.matchedLines > 0 ? 0 : 1;
}

async function exportLabels(
  app: App,
  { options, print }: Command,
  [set]: string[],
): Promise<number> {
  const { out } = options;
  if (!set || typeof out !== 'string')
    throw new UsageError('Say which and where to: label export region --out regions.csv.');
  const { name } = app.labels.setNamed(set);
  const bytes = await writeOutput(out, app.labels.exportCsv(name));
  print({ set: name, file: out, bytes }, [`${out}: ${bytes} bytes.`]);
  return 0;
}
