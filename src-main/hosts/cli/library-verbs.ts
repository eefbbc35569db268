import { realpath } from 'node:fs/promises';
import { AppError } from '../../base/errors.ts';
import { trackQuery } from '../../library/contract.ts';
import type { LibraryFolder, TrackRow } from '../../library/contract.ts';
import { trackAtPath } from '../../library/room.ts';
import { similarityCalls } from '../../similarity/contract.ts';
import type { SimilarTrack } from '../../similarity/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { countOption, numberOption, parseInput, UsageError } from './command.ts';
import { modelOption, modelsOption } from './model-option.ts';

const titleOf = ({ id, artist, title }: TrackRow): string =>
  `${id}  ${artist ? `${artist} – ` : ''}${title}`;

/** A track by its id or by the path of its file. */
export async function findTrack(app: App, word: string | undefined): Promise<number> {
  if (!word) throw new UsageError('Name a track by its id or its path.');
  const isId = /^\d{1,15}$/.test(word);
  const whole = await realpath(word).catch(() => word);
  const id = isId ? Number(word) : (trackAtPath(app.db, whole) ?? trackAtPath(app.db, word));
  if (id !== null && app.library.trackRows([id]).length > 0) return id;
  throw new AppError(
    'not-found',
    isId
      ? `The library has no track with the id ${word}.`
      : `The library has no track at ${word}, or several whose paths end so.`,
  );
}

export async function tracksVerb(app: App, { words, print }: Command): Promise<number> {
  const query = parseInput(trackQuery, { text: words.join(' ') });
  const all: TrackRow[] = [];
  for (;;) {
    const page = { offset: all.length, limit: 500 };
    const { tracks } = await app.library.calls['library.listTracks']({ ...query, ...page });
    all.push(...tracks);
    if (tracks.length < page.limit) break;
  }
  print(
    all,
    all.map((track) => `${titleOf(track)}  [${track.status}]`),
  );
  return 0;
}

/** Folders of the library that are not there, and those in it that nobody may look into. */
export const folderProblems = (folders: LibraryFolder[]): string[] =>
  folders.flatMap(({ path, state, unreadable }) => {
    if (state === 'present') return unreadable.map((inside) => `${inside}: cannot be read.`);
    return `${path}: ${state === 'away' ? 'is not there' : 'cannot be read'}. Its tracks are kept.`;
  });

export async function statusVerb(app: App, { print }: Command): Promise<number> {
  const { stages } = await app.indexing.calls['indexing.getStatus']({});
  const folders = await app.library.calls['library.listFolders']({});
  const [{ waiting, done, failed }] = stages;
  print({ folders, waiting, done, failed }, [
    ...folders.map(({ path, state, trackCount }) => `${path}: ${trackCount} tracks, ${state}`),
    ...folderProblems(folders),
    `${done} analysed, ${waiting} waiting, ${failed} failed.`,
  ]);
  return 0;
}

export async function similarVerb(app: App, command: Command): Promise<number> {
  const { words, options, print } = command;
  if (options.text !== undefined) return searchText(app, command);
  if (words.length > 1) throw new UsageError('Name one track.');
  const models = modelsOption(app, options);
  const request = parseInput(similarityCalls['similarity.findSimilar'].input, {
    trackIds: [await findTrack(app, words[0])],
    count: countOption(options),
    diversity: numberOption(options, 'diversity'),
    ...(models.length > 1
      ? { fuse: models.map((model) => ({ model, weight: 1 })) }
      : { model: modelOption(app, options) }),
  });
  const answer = await app.calls['similarity.findSimilar'](request);
  print(
    answer,
    answer.results.map(({ track, similarity }) => `${similarity.toFixed(3)}  ${titleOf(track)}`),
  );
  return 0;
}

async function searchText(app: App, { words, options, print }: Command): Promise<number> {
  if (words.length > 0) throw new UsageError('Name a track or give --text, not both.');
  const request = parseInput(similarityCalls['similarity.searchText'].input, {
    text: String(options.text),
    count: countOption(options),
    ...(typeof options.model === 'string' ? { model: options.model } : {}),
  });
  const answer = await app.calls['similarity.searchText'](request);
  print(answer, answer.results.map(resultLine));
  return 0;
}

const resultLine = ({ track, similarity }: SimilarTrack): string =>
  `${similarity.toFixed(3)}  ${titleOf(track)}`;

export async function compareVerb(app: App, { words, options, print }: Command): Promise<number> {
  if (words.length !== 2) throw new UsageError('Name two tracks.');
  const [a, b] = [await findTrack(app, words[0]), await findTrack(app, words[1])];
  const model = modelOption(app, options);
  const answer = await app.calls['similarity.compareTracks']({ a, b, model });
  const { moment } = answer;
  print(answer, [
    `Overall  ${answer.similarity.toFixed(3)}`,
    ...answer.groups.map(({ label, similarity }) => `${label}  ${similarity.toFixed(3)}`),
    ...(moment
      ? [
          `Most alike at ${moment.aSeconds.toFixed(0)} s and ${moment.bSeconds.toFixed(0)} s (${moment.model}): ${moment.similarity.toFixed(3)}`,
        ]
      : []),
  ]);
  return 0;
}
