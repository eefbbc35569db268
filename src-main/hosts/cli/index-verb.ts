import { resolve } from 'node:path';
import type { ModelProgress } from '../../embedding/contract.ts';
import { FEATURES_MODEL } from '../../features/room.ts';
import type { FailedTrack, IndexingStatus } from '../../indexing/contract.ts';
import type { App } from '../../app.ts';
import type { Command, Options } from './command.ts';
import { numberOption, UsageError } from './command.ts';
import { folderProblems } from './library-verbs.ts';
import { modelsOption } from './model-option.ts';

/** What `index --json` prints. */
export interface IndexReport {
  /** In the whole library. */
  tracks: number;
  /** Analysed now. */
  indexed: number;
  /** Analysed before, and not again. */
  unchanged: number;
  failed: { path: string; code: string; message: string }[];
  /** Of what was analysed now. */
  audioSeconds: number;
  wallSeconds: number;
  /** Of all processes. */
  cpuSeconds: number;
}

/** `index <folder…>`: scans and analyses, and answers when all is done. Exit code 1 where a file failed or a folder. */
export async function indexVerb(command: Command): Promise<number> {
  const { words, options, print, progress, openApp } = command;
  if (words.length === 0 && !options.demo) throw new UsageError('Name at least one folder.');
  const jobs = numberOption(options, 'jobs');
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1 && jobs <= 64)) {
    throw new UsageError('--jobs is a number of processes from 1 to 64.');
  }
  const app = openApp();
  try {
    await wantModels(app, options);
    if (jobs) app.settings.override({ maxProcesses: jobs });
    const report = await indexFolders(
      app,
      async () => {
        if (options.demo) await app.library.addDemo();
        for (const folder of words) await app.library.addFolder(resolve(folder));
      },
      progress,
    );
    const { notice } = await app.indexing.calls['indexing.getStatus']({});
    const folders = await app.library.calls['library.listFolders']({});
    const { tracks, indexed, unchanged, failed } = report;
    const models = await heardModels(app);
    print({ ...report, models, notice: notice?.message ?? null }, [
      `${tracks} tracks in the library: ${indexed} analysed now, ${unchanged} before, ${failed.length} failed.`,
      ...models.map(describeModel),
      ...failed.map(({ path, message }) => `  ${path}: ${message}`),
      ...folderProblems(folders),
      ...(notice ? [notice.message] : []),
    ]);
    const isDefective = models.some((model) => model.notice !== null);
    const isUnreadable = folders.some(({ state }) => state === 'unreadable');
    return failed.length > 0 || notice || isDefective || isUnreadable ? 1 : 0;
  } finally {
    await app.close();
  }
}

/** With `--model` exactly these models hear the library from now on; every track has the features anyway. */
async function wantModels(app: App, options: Options): Promise<void> {
  const models = modelsOption(app, options);
  if (models.length === 0) return;
  await app.embedding.calls['embedding.pause']({});
  for (const model of models) {
    if (model !== FEATURES_MODEL.id) await app.embedding.calls['embedding.run']({ model });
  }
}

/** The neural models that were to hear the library or have. */
async function heardModels(app: App): Promise<ModelProgress[]> {
  const models = await app.embedding.calls['embedding.getModels']({});
  return models.filter(
    ({ id, state, done, notice }) =>
      id !== FEATURES_MODEL.id && (state !== 'idle' || done > 0 || notice !== null),
  );
}

const describeModel = ({ name, done, missing, failed, notice }: ModelProgress): string =>
  `${name}: ${done} tracks heard, ${missing} missing, ${failed} beyond it.${notice ? ` ${notice}` : ''}`;

/** Adds, scans, analyses and maps; settles when all is done. */
export async function indexFolders(
  app: App,
  add: () => Promise<void>,
  progress: (line: string) => void,
): Promise<IndexReport> {
  const started = performance.now();
  const analysed = new Set<number>();
  app.events.on('indexing.tracksAnalysed', ({ trackIds }) =>
    trackIds.forEach((id) => analysed.add(id)),
  );
  app.events.on('indexing.progressed', (status) => progress(describe(status)));
  app.events.on('embedding.progressed', (models) =>
    models
      .filter(({ state }) => state === 'running')
      .forEach(({ name, done, missing, device }) =>
        progress(`${name}: ${done} of ${done + missing} tracks on ${device}`),
      ),
  );
  app.events.on('library.scanProgressed', ({ filesSeen }) =>
    progress(`Scanning: ${filesSeen} files`),
  );
  await add();
  await app.library.whenScanned();
  await app.indexing.run();
  progress('Placing the tracks on the map…');
  await app.whenMapped();
  const { done } = (await app.indexing.calls['indexing.getStatus']({})).stages[0];
  const usage = process.resourceUsage();
  return {
    tracks: await countTracks(app),
    indexed: analysed.size,
    unchanged: Math.max(0, done - analysed.size),
    failed: (await allFailures(app)).map(({ path, code, message }) => ({ path, code, message })),
    audioSeconds: secondsOf(app, [...analysed]),
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6 + app.indexing.cpuSeconds(),
  };
}

async function countTracks(app: App): Promise<number> {
  const folders = await app.library.calls['library.listFolders']({});
  return folders.reduce((sum, { trackCount }) => sum + trackCount, 0);
}

const secondsOf = (app: App, ids: number[]): number =>
  app.library.trackRows(ids).reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0);

async function allFailures(app: App): Promise<FailedTrack[]> {
  const all: FailedTrack[] = [];
  for (;;) {
    const page = { offset: all.length, limit: 500 };
    const { failures } = await app.indexing.calls['indexing.listFailures'](page);
    all.push(...failures);
    if (failures.length < page.limit) return all;
  }
}

function describe({
  stages: [stage],
  tracksPerMinute,
  etaSeconds,
  boundBy,
}: IndexingStatus): string {
  const { done, failed, waiting, active } = stage;
  const speed = tracksPerMinute ? `, ${tracksPerMinute.toFixed(0)} tracks a minute` : '';
  const eta = etaSeconds ? `, ${Math.ceil(etaSeconds / 60)} min left` : '';
  const bound = boundBy ? `, bound by ${boundBy}` : '';
  return `Listening: ${done} of ${done + waiting + active + failed} tracks${speed}${eta}${bound}`;
}
