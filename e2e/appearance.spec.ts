import AxeBuilder from '@axe-core/playwright';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, map, mapIsDrawn, test } from './fixture.ts';

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
    const whole = await new AxeBuilder({ page }).analyze();
    expect(whole.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    await page.getByRole('button', { name: 'Settings' }).click();
    const dialog = await new AxeBuilder({ page }).include('dialog').analyze();
    expect(dialog.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
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
