import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { App } from '../../app.ts';
import { findFfmpeg } from '../../audio/room.ts';
import { toPlainError } from '../../base/errors.ts';
import { shippedFile } from '../../base/shipped-files.ts';
import { openDatabase } from '../../database/room.ts';
import { journeyPng } from '../../exporting/room.ts';
import { createJourney } from '../../journey/room.ts';
import type { OpenedJourney } from '../../journey/room.ts';
import { forkNodeWorker } from '../node-workers.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { findTrack } from './library-verbs.ts';
import { musicFile } from './music-file.ts';
import { writeOutput } from './output-file.ts';

interface Found extends OpenedJourney {
  title: string;
  picture(): Uint8Array;
}

/** `journey <file|id> --out journey.png`: a track on its way from samples to values and its place. */
export async function journeyVerb(command: Command): Promise<number> {
  const { words, options, print } = command;
  const [word] = words;
  const { out } = options;
  if (!word || words.length > 1) throw new UsageError('Name one file, or a track by its id.');
  if (out !== undefined && !String(out).endsWith('.png')) {
    throw new UsageError('--out is a .png file.');
  }
  const { title, journey, picture } = await open(command, word);
  if (typeof out === 'string') await writeOutput(out, [picture()]);
  print({ title, ...journey }, [
    `${title}: ${Math.round(journey.durationSeconds)} s, ${journey.key ?? 'no key'}, ` +
      (journey.tempo === null ? 'no tempo' : `${journey.tempo.toFixed(1)} BPM`),
    ...journey.groups.map(
      ({ label, values, percentiles, unusualCount }) =>
        `${label}: ${values.length} values` +
        (percentiles ? `, ${unusualCount} of them rarer here than in nine of ten tracks` : ''),
    ),
    ...(typeof out === 'string' ? [`In ${out}.`] : []),
  ]);
  return 0;
}

/** Against the library where there is one; a file needs none. */
async function open(command: Command, word: string): Promise<Found> {
  let app: App | null = null;
  try {
    app = command.openExistingApp();
  } catch (thrown) {
    const isFile = await stat(word).catch(() => null);
    if (toPlainError(thrown).code !== 'not-found' || !isFile) throw thrown;
  }
  if (!app) return openAlone(word);
  try {
    return await openInLibrary(app, word);
  } finally {
    await app.close();
  }
}

async function openInLibrary(app: App, word: string): Promise<Found> {
  const isStranger =
    !/^\d{1,15}$/.test(word) &&
    (await stat(word).catch(() => null)) !== null &&
    (await findTrack(app, word).catch(() => null)) === null;
  const id = isStranger ? null : await findTrack(app, word);
  const opened =
    id === null ? await app.journey.ofFile(await musicFile(word)) : await app.journey.ofTrack(id);
  const [track] = id === null ? [] : app.library.trackRows([id]);
  const title = track ? [track.artist, track.title].filter(Boolean).join(' – ') : basename(word);
  const picture = app.exporting.journeyPicture(title, opened);
  return { ...opened, title, picture: () => picture };
}

async function openAlone(file: string): Promise<Found> {
  const db = openDatabase(':memory:');
  const journeys = createJourney({
    db,
    databasePath: null,
    wasmFolder: join(shippedFile('resources'), 'wasm'),
    forkWorker: () => forkNodeWorker('journey'),
    ffmpeg: () => findFfmpeg({ settingPath: null }),
    filePathOf: () => null,
    trackRows: () => [],
    currentMap: async () => null,
  });
  try {
    const opened = await journeys.ofFile(await musicFile(file));
    const title = basename(file);
    const places = new Float32Array();
    return { ...opened, title, picture: () => journeyPng({ title, ...opened, places }) };
  } finally {
    journeys.close();
    db.close();
  }
}
