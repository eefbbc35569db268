import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FfmpegSearch } from '../audio/room.ts';
import { AppError } from '../base/errors.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import { STYLES } from './styles.ts';
import type { DemoWorkerTable } from './worker-table.ts';

export interface DemoOptions {
  /** Tracks of each style, at most 8. */
  perStyle?: number;
  /** Shortest and longest track in seconds. */
  seconds?: [number, number];
  /** Called after each track. */
  onTrack?(made: number, total: number): void;
}

/**
 * Fills a folder with music of our own making: eight styles, an album of eight tracks each, in six formats,
 * with tags and covers. The same every time. What is there already is kept; a folder appears whole.
 * @throws AppError `ffmpeg-missing`, and what a process that composes throws
 */
export async function makeDemo(
  folder: string,
  { ffmpeg, message }: FfmpegSearch,
  forkWorker: () => WorkerProcess,
  { perStyle = 8, seconds = [20, 28], onTrack }: DemoOptions = {},
): Promise<void> {
  if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
  const waiting = STYLES.map((_, index) => index).filter((index) => !existsSync(at(folder, index)));
  const total = waiting.length * perStyle;
  let made = 0;
  const countTrack = (): void => onTrack?.(++made, total);
  const work = async (): Promise<void> => {
    const worker = new WorkerCalls<DemoWorkerTable>(forkWorker);
    try {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        await makeStyle(worker, { ffmpeg, index, folder, count: perStyle, seconds }, countTrack);
      }
    } finally {
      waiting.length = 0; // Where one fails, the others end with the album they are at.
      worker.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), total) }, work));
}

async function makeStyle(
  worker: WorkerCalls<DemoWorkerTable>,
  plan: DemoWorkerTable['makeAlbum']['input'],
  onTrack: () => void,
): Promise<void> {
  const unfinished = join(plan.folder, `.${STYLES[plan.index].genre}.part`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await worker.call('makeAlbum', { ...plan, folder: unfinished }, onTrack);
  await rename(unfinished, at(plan.folder, plan.index));
}

const at = (folder: string, index: number): string =>
  join(folder, `${STYLES[index].artist} - ${STYLES[index].album}`.replaceAll('?', ''));
