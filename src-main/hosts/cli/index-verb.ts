import { resolve } from 'node:path';
import type { IndexingStatus } from '../../indexing/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { numberOption, UsageError } from './command.ts';

/** `index <folder…>`: scans and analyses, and answers when all is done. Exit code 1 where a file failed. */
export async function indexVerb({
  words,
  options,
  print,
  progress,
  openApp,
}: Command): Promise<number> {
  if (words.length === 0 && !options.demo) throw new UsageError('Name at least one folder.');
  const started = performance.now();
  const app = openApp();
  try {
    const jobs = numberOption(options, 'jobs', 0);
    if (jobs > 0) app.settings.update({ maxProcesses: jobs });
    if (options.demo) progress('Making the demo library…');
    if (options.demo) await app.library.addDemo();
    for (const folder of words) await app.library.addFolder(resolve(folder));
    await app.library.whenScanned();
    const before = countAnalysed(app);
    app.events.on('indexing.progressed', (status) => progress(describe(status)));
    await app.indexing.run();
    progress('Placing the tracks on the map…');
    await app.whenMapped();
    const { notice } = await app.indexing.calls['indexing.getStatus']({});
    const { total, failures } = await app.indexing.calls['indexing.listFailures']({
      offset: 0,
      limit: 500,
    });
    const tracks = app.db.prepare('SELECT count(*) FROM tracks').pluck().get() as number;
    const indexed = countAnalysed(app) - before;
    const usage = process.resourceUsage();
    const audioSeconds = app.db
      .prepare('SELECT coalesce(sum(analysed_seconds), 0) FROM recordings')
      .pluck()
      .get() as number;
    const wallSeconds = (performance.now() - started) / 1000;
    print(
      {
        tracks,
        indexed,
        unchanged: before,
        failed: failures.map(({ path, code, message }) => ({ path, code, message })),
        audioSeconds,
        wallSeconds,
        cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6 + app.indexing.cpuSeconds(),
      },
      [
        `${tracks} tracks in the library: ${indexed} analysed now, ${before} before, ${total} failed.`,
        ...failures.map(({ path, message }) => `  ${path}: ${message}`),
        ...(notice ? [notice.message] : []),
      ],
    );
    return total > 0 || notice ? 1 : 0;
  } finally {
    await app.close();
  }
}

function countAnalysed({ db }: App): number {
  return db
    .prepare(`SELECT count(*) FROM tracks WHERE status IN ('analysed', 'partial')`)
    .pluck()
    .get() as number;
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
