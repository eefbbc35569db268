import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../app.ts';
import { createLog } from '../../base/log.ts';
import { makeDemo } from '../../demo/room.ts';
import { forkNodeWorker } from '../node-workers.ts';
import type { Command } from './command.ts';
import { indexFolders } from './index-verb.ts';
import { createNodeHost } from './node-host.ts';

/** A track of each style. */
const MUSIC = { perStyle: 1, seconds: [50, 70] as [number, number] };

/** `bench`: indexes music of our own making in a library that is thrown away, to tell what to expect here. */
export async function benchVerb({ print, progress }: Command): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
  const app = createApp(createNodeHost(join(folder, 'library'), createLog('warn')));
  try {
    progress('Making music to measure with…');
    const music = join(folder, 'music');
    await makeDemo(music, await app.ffmpeg(), () => forkNodeWorker('demo'), MUSIC);
    const add = async (): Promise<void> => void (await app.library.addFolder(music));
    const report = await indexFolders(app, add, progress);
    const { tracks, audioSeconds, wallSeconds, cpuSeconds, failed } = report;
    const per = 180 / audioSeconds;
    const speed = {
      ...report,
      tracksPerHour: 3600 / (wallSeconds * per),
      cpuSecondsPerTrack: cpuSeconds * per,
    };
    print(speed, [
      `${tracks} tracks, ${(audioSeconds / 60).toFixed(1)} minutes of music in ${wallSeconds.toFixed(1)} s.`,
      `A track of three minutes takes ${speed.cpuSecondsPerTrack.toFixed(2)} s of processor time:`,
      `about ${Math.round(speed.tracksPerHour)} such tracks an hour on this machine.`,
    ]);
    return failed.length > 0 ? 1 : 0;
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}
