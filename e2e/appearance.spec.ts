import AxeBuilder from '@axe-core/playwright';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, map, mapIsDrawn, test } from './fixture.ts';

/** What axe finds, with the first place of each kind. */
async function obstacles(page: Page, inside = 'body'): Promise<string[]> {
  // Otherwise axe opens a page of its own for its sums, which Electron does not let it.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(inside).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing stands in the way of anybody (${colorScheme})`, async ({ earshot, music }) => {
    const { page } = await earshot({ folders: [music], colorScheme });
    await mapIsDrawn(page);
    await map(page).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('s');
    await expect(
      page.getByRole('region', { name: 'Similar tracks' }).getByRole('listitem').first(),
    ).toBeVisible();
    expect(await obstacles(page)).toEqual([]);
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await obstacles(page, 'dialog')).toEqual([]);
  });
}

test('at 400 % zoom everything is still there, without scrolling sideways', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music], viewport: { width: 320, height: 256 } });
  await map(page).waitFor({ timeout: 90_000 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await expect(page.getByRole('button', { name: 'Settings' })).toBeVisible();
});

test('tags are text, whatever they hold', async ({ earshot, music, data }) => {
  const hostile = join(data, 'hostile');
  mkdirSync(hostile);
  const album = join(
    music,
    readdirSync(music).find((name) => name.startsWith('Motor'))!,
  );
  for (const [i, name] of readdirSync(album)
    .filter((file) => !file.endsWith('.png'))
    .entries()) {
    copyFileSync(join(album, name), join(hostile, `plain-${i}-${name}`));
  }
  const title = '<img src=x onerror="document.title=1">';
  const source = ['-f', 'lavfi', '-t', '4', '-i', 'sine=f=300'];
  const tags = [
    '-metadata',
    `title=${title}`,
    '-metadata',
    'artist=<script>document.title=2</script>',
  ];
  execFileSync(process.env.EARSHOT_FFMPEG ?? 'ffmpeg', [
    '-v',
    'error',
    ...source,
    ...tags,
    join(hostile, 'evil.flac'),
  ]);
  const { page } = await earshot({ folders: [hostile] });
  await mapIsDrawn(page);
  await page.getByRole('option', { name: title }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.keyboard.press('s');
  await expect(
    page.getByRole('region', { name: 'Similar tracks' }).getByRole('listitem').first(),
  ).toBeVisible();
  expect(await page.title()).toBe('Earshot');
});
