import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFfmpeg, shrinkPicture } from './audio/room.ts';
import type { FfmpegSearch } from './audio/room.ts';
import { createAutoencoder } from './autoencoder/room.ts';
import type { AutoencoderRoom } from './autoencoder/room.ts';
import type { Handlers } from './base/contract.ts';
import { toPlainError } from './base/errors.ts';
import { Emitter } from './base/events.ts';
import type { Capabilities, Host } from './base/host.ts';
import type { Log } from './base/log.ts';
import { createClassifiers } from './classifiers/room.ts';
import type { AppCalls, AppEvents, AppInfo } from './contract.ts';
import { openDatabase } from './database/room.ts';
import type { ReadableDb } from './database/room.ts';
import { makeDemo } from './demo/room.ts';
import {
  countVectors,
  createEmbedding,
  createTextVectors,
  storedModels,
  storedVersion,
} from './embedding/room.ts';
import type { Embedding } from './embedding/room.ts';
import { createExporting } from './exporting/room.ts';
import type { Exporting } from './exporting/room.ts';
import { FEATURES_MODEL } from './features/room.ts';
import { createGroups } from './groups/room.ts';
import type { Groups } from './groups/room.ts';
import { createIndexing } from './indexing/room.ts';
import type { Indexing } from './indexing/room.ts';
import { createInference } from './inference/room.ts';
import type { Inference } from './inference/room.ts';
import { createLabels } from './labels/room.ts';
import { createJourney } from './journey/room.ts';
import type { JourneyRoom } from './journey/room.ts';
import type { Labels } from './labels/room.ts';
import { createLibrary } from './library/room.ts';
import type { Library } from './library/room.ts';
import { createModels } from './models/room.ts';
import type { Models } from './models/room.ts';
import { createPlayback } from './playback/room.ts';
import type { Playback } from './playback/room.ts';
import { fitParameters } from './projection/contract.ts';
import { createProjection } from './projection/room.ts';
import type { Projection } from './projection/room.ts';
import { createSettings } from './settings/room.ts';
import type { SettingsRoom } from './settings/room.ts';
import { createSimilarity } from './similarity/room.ts';

/** The program without a window: every host runs one of these. */
export interface App {
  calls: Handlers<AppCalls>;
  events: Emitter<AppEvents>;
  log: Log;
  capabilities: Capabilities;
  db: ReadableDb;
  library: Library;
  inference: Inference;
  models: Models;
  embedding: Embedding;
  indexing: Indexing;
  projection: Projection;
  labels: Labels;
  autoencoder: AutoencoderRoom;
  groups: Groups;
  journey: JourneyRoom;
  playback: Playback;
  exporting: Exporting;
  settings: SettingsRoom;
  ffmpeg(): Promise<FfmpegSearch>;
  /** Adds what the command line names, relative to the working folder; what is wrong is said in the log. */
  openFolders(paths: string[], options?: { demo?: boolean }): Promise<void>;
  /** Scans what may have changed and analyses what is missing, in the background. */
  start(): void;
  /** Settles when the map holds what is analysed. */
  whenMapped(): Promise<void>;
  /** Ends all processes and closes the database. */
  close(): Promise<void>;
}

/** A map of fewer tracks says nothing. */
const MIN_TRACKS_ON_MAP = 3;

/** Builds the rooms in the order data flows and passes on their news. */
export function createApp(host: Host): App {
  mkdirSync(host.paths.data, { recursive: true });
  const databasePath = join(host.paths.data, 'library.db');
  const db = openDatabase(databasePath);
  const events = new Emitter<AppEvents>();
  const settings = createSettings({ dataFolder: host.paths.data, log: host.log });

  let search: Promise<FfmpegSearch> | null = null;
  const ffmpeg = async (): Promise<FfmpegSearch> => {
    search ??= findFfmpeg({ settingPath: settings.current().ffmpegPath });
    const found = await search;
    if (!found.ffmpeg) search = null; // It may be installed while the program runs.
    return found;
  };

  const library = createLibrary({
    db,
    host,
    settings: { watchFolders: () => settings.current().watchFolders },
    makeDemo: async (folder, onTrack) =>
      makeDemo(folder, await ffmpeg(), () => host.forkWorker('demo'), { onTrack }),
    shrinkPicture: async (bytes, size) => {
      const found = await ffmpeg();
      return found.ffmpeg ? shrinkPicture(found.ffmpeg, bytes, size) : null;
    },
  });
  const inference = createInference({ host, dataFolder: host.paths.data });
  const models = createModels({ host, inference });
  const embedding = createEmbedding({ db, log: host.log, settings, models, inference });
  const similarity = createSimilarity({
    databasePath,
    forkWorker: () => host.forkWorker('similarity'),
    trackRows: library.trackRows,
    textVector: createTextVectors({ inference, models }).vectorOf,
  });
  const projection = createProjection({
    db,
    databasePath,
    forkWorker: () => host.forkWorker('projection'),
  });
  const labels = createLabels({ db, trackRows: library.trackRows });
  const classifiers = createClassifiers({
    db,
    databasePath,
    host,
    labels,
    inference,
    ffmpeg,
    filePathOf: library.filePathOf,
    trackRows: library.trackRows,
  });
  const autoencoder = createAutoencoder({
    db,
    host,
    library,
    labels,
    projection,
    inference,
    ffmpeg,
  });
  const groups = createGroups({
    db,
    databasePath,
    forkWorker: () => host.forkWorker('groups'),
    labelsOf: labels.labelsOf,
    trackRows: library.trackRows,
  });
  const journey = createJourney({
    db,
    databasePath,
    wasmFolder: join(host.paths.resources, 'wasm'),
    forkWorker: () => host.forkWorker('journey'),
    ffmpeg,
    filePathOf: library.filePathOf,
    trackRows: library.trackRows,
    currentMap: async () => {
      const map = await projection.calls['projection.getMap']({
        dims: 2,
        model: FEATURES_MODEL.id,
      });
      const points = map && projection.pointsOf(map.id);
      return map && points ? { id: map.id, points } : null;
    },
  });
  const indexing = createIndexing({ db, host, settings, ffmpeg, embedding, library });
  const playback = createPlayback({ db, library, ffmpeg, onPlaying: indexing.setPlaying });
  const exporting = createExporting({ db, maps: projection });

  for (const room of [
    library,
    inference,
    models,
    embedding,
    projection,
    labels,
    classifiers,
    autoencoder,
    playback,
    indexing,
    settings,
  ]) {
    const news = room.events as unknown as Emitter<AppEvents>;
    news.onAny((name, payload) => events.emit(name, payload as never));
  }

  const onProblem =
    (what: string) =>
    (thrown: unknown): void => {
      const { code, message } = toPlainError(thrown);
      if (code !== 'cancelled') host.log.warn(what, { message });
    };
  library.events.on('library.changed', () => {
    similarity.forget();
    projection.refresh();
    indexing.wake();
  });
  indexing.events.on('indexing.tracksAnalysed', ({ trackIds }) => {
    similarity.forget();
    events.emit('library.changed', { tracks: trackIds.length });
  });
  embedding.events.on('embedding.wanted', () => void indexing.calls['indexing.start']({}));
  embedding.events.on('embedding.progressed', (models) =>
    models.filter(({ state }) => state === 'running').forEach(({ id }) => similarity.forget(id)),
  );
  embedding.events.on('embedding.vectorsRemoved', ({ model }) => {
    similarity.forget(model);
    projection.removeMapsOf(model);
  });
  let mapping: Promise<void> | null = null;
  const bringMapUpToDate = (): Promise<void> =>
    (mapping ??= updateMap()
      .catch(onProblem('The map could not be brought up to date.'))
      .finally(() => (mapping = null)));
  indexing.events.on('indexing.progressed', ({ state }) => {
    if (state === 'idle') void bringMapUpToDate();
  });

  /** The first run of a model ends with a map; later ones place what is new into it. */
  async function updateMap(): Promise<void> {
    for (const model of storedModels(db)) await drawFirstMap(model);
    await projection.placeNew();
  }

  async function drawFirstMap(model: string): Promise<void> {
    const map = await projection.calls['projection.getMap']({ dims: 2, model });
    const version = storedVersion(db, model) ?? '';
    if (map !== null || !embedding.isComplete(model)) return;
    if (countVectors(db, { model, version }) < MIN_TRACKS_ON_MAP) return;
    await projection.fit(fitParameters.parse({ dims: 2, model }));
  }
  settings.events.on('settings.changed', () => {
    search = null; // The path of ffmpeg may be another.
    library.applySettings();
    embedding.applySettings();
    indexing.applySettings();
  });

  async function openFolders(paths: string[], { demo = false } = {}): Promise<void> {
    for (const path of paths) {
      await library.addFolder(resolve(path)).catch(onProblem('A folder was not added.'));
    }
    if (demo) await library.addDemo().catch(onProblem('The demo library was not made.'));
  }

  async function getInfo(): Promise<AppInfo> {
    const { ffmpeg: found, message } = await ffmpeg();
    return {
      version: readVersion(),
      dataFolder: host.paths.data,
      capabilities: host.capabilities,
      node: process.version,
      sqlite: db.prepare('SELECT sqlite_version()').pluck().get() as string,
      ffmpeg: found,
      ffmpegMessage: message,
      trackCount: db.prepare('SELECT count(*) FROM tracks').pluck().get() as number,
    };
  }

  return {
    events,
    log: host.log,
    capabilities: host.capabilities,
    db,
    library,
    inference,
    models,
    embedding,
    indexing,
    projection,
    labels,
    autoencoder,
    groups,
    journey,
    playback,
    exporting,
    settings,
    ffmpeg,
    openFolders,
    whenMapped: bringMapUpToDate,
    start: () =>
      void library.scanAll().then(indexing.wake, onProblem('The library was not scanned.')),
    close: async () => {
      models.close();
      playback.close();
      await library.close();
      inference.close();
      await indexing.close();
      journey.close();
      groups.close();
      projection.close();
      autoencoder.close();
      classifiers.close();
      similarity.close();
      db.close();
    },
    calls: {
      'app.getInfo': getInfo,
      ...library.calls,
      ...inference.calls,
      ...models.calls,
      ...embedding.calls,
      ...indexing.calls,
      ...projection.calls,
      ...labels.calls,
      ...classifiers.calls,
      ...autoencoder.calls,
      ...groups.calls,
      ...journey.calls,
      ...similarity.calls,
      ...playback.calls,
      ...settings.calls,
    },
  };
}

/** Beside the sources and beside a build alike, `package.json` is above. */
export function readVersion(): string {
  for (const above of ['../package.json', '../../package.json', '../../../package.json']) {
    try {
      const text = readFileSync(new URL(above, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
