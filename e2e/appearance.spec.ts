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

/** Colours depend on the theme and the layout on the size: each of both is looked at. */
const VIEWS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1920, height: 1080, colorScheme: 'dark' },
  { width: 320, height: 640, colorScheme: 'light' },
] as const;

test('nothing stands in the way on any page, at any size, light or dark', async ({
  earshot,
  music,
}) => {
  test.setTimeout(600_000);
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('option', { name: /Undertow/ }).click();
  const rail = page.getByRole('navigation', { name: 'Pages' });
  const found: string[] = [];
  for (const name of await rail.getByRole('button').allInnerTexts()) {
    await rail.getByRole('button', { name: name.trim(), exact: true }).click();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 60_000 });
    for (const { width, height, colorScheme } of VIEWS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const where = `${name.trim()} ${width} ${colorScheme}`;
      // What stands around the page is looked at above; pictures cost axe the most.
      found.push(...(await obstacles(page, 'main')).map((obstacle) => `${where}: ${obstacle}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.push(`${where}: ${overflow} px too wide`);
    }
  }
  expect(found).toEqual([]);
});

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

test('in forced colours all is there: the map keeps its dots apart, and buttons their edges', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await mapIsDrawn(page);
  const legend = page.getByRole('list', { name: 'Legend' }).locator('svg');
  const colours = await legend.evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  expect(new Set(colours).size).toBeGreaterThan(3);
  const edges = await page
    .getByRole('button')
    .filter({ visible: true })
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).borderTopColor));
  const [ground] = await page
    .locator('body')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  expect(edges).not.toContain(ground);
  expect(await obstacles(page)).toEqual([]);
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
