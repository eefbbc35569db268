import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
/* eslint no-empty-pattern: off -- Playwright reads what a fixture needs off its pattern. */
import { test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { findFfmpeg } from '../src-main/audio/room.ts';
import { makeDemo } from '../src-main/demo/room.ts';
import { forkNodeWorker } from '../src-main/hosts/node-workers.ts';
import { start } from './backend.ts';
import type { RunningEarshot, StartOptions } from './backend.ts';

interface Fixtures {
  /** An empty folder for a library. */
  data: string;
  /** Starts Earshot over that library; may be called again after `close`. */
  earshot(options?: Omit<StartOptions, 'data'>): Promise<RunningEarshot>;
}

/** Sixteen short tracks in eight styles, made once for all specs. */
export const test = base.extend<Fixtures, { music: string }>({
  music: [
    async ({}, use) => {
      const folder = join(tmpdir(), `earshot-e2e-music-${process.pid}`);
      if (!existsSync(folder)) {
        const ffmpeg = await findFfmpeg({ settingPath: null });
        const fork = () => forkNodeWorker('demo');
        await makeDemo(folder, ffmpeg, fork, { perStyle: 2, seconds: [6, 9] });
      }
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  data: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'earshot-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  earshot: async ({ data }, use) => {
    const running: RunningEarshot[] = [];
    await use(async (options = {}) => {
      const one = await start({ data, ...options });
      running.push(one);
      return one;
    });
    for (const one of running) await one.close().catch(() => {});
  },
});
export { expect } from '@playwright/test';

export const map = (page: Page) => page.getByRole('application', { name: /^Map of \d+ tracks/ });

/** Waits until the first run has ended with a map. */
export async function mapIsDrawn(page: Page): Promise<void> {
  await map(page).waitFor({ timeout: 150_000 });
  await page.getByText('Up to date').waitFor({ timeout: 60_000 });
}

/** Seconds that the player shows. */
export async function position(page: Page): Promise<number> {
  const [minutes, seconds] = (await page.getByTestId('position').innerText())
    .split(':')
    .map(Number);
  return 60 * minutes + seconds;
}
