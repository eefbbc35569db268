import { resolve } from 'node:path';
import type { FailedTrack, IndexingStatus } from '../../indexing/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { numberOption, UsageError } from './command.ts';

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

/** `index <folder…>`: scans and analyses, and answers when all is done. Exit code 1 where a file failed. */
export async function indexVerb(command: Command): Promise<number> {
  const { words, options, print, progress, openApp } = command;
  if (words.length === 0 && !options.demo) throw new UsageError('Name at least one folder.');
  const jobs = numberOption(options, 'jobs');
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1 && jobs <= 64)) {
    throw new UsageError('--jobs is a number of processes from 1 to 64.');
  }
  const app = openApp();
  try {
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
    const { tracks, indexed, unchanged, failed } = report;
    print(report, [
      `${tracks} tracks in the library: ${indexed} analysed now, ${unchanged} before, ${failed.length} failed.`,
      ...failed.map(({ path, message }) => `  ${path}: ${message}`),
      ...(notice ? [notice.message] : []),
    ]);
    return failed.length > 0 || notice ? 1 : 0;
  } finally {
    await app.close();
  }
}

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
