import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import Flatbush from 'flatbush';
import { openDatabase } from '../src-main/database/room.ts';
import { mapPlaces } from '../src-main/projection/map-places.ts';
import { currentMap } from '../src-main/projection/map-table.ts';
import { fillLibrary } from '../src-main/projection/fixtures/synthetic-library.ts';
import { launchBrowser } from './backend.ts';
import { expect, map, test } from './fixture.ts';

const COUNT = 100_000;
const HOSTILE = `</script><img src=x onerror="window.hacked = true">`;

test('a map of 100,000 tracks opens, moves, knows its dots, and is taken along as one page', async ({
  earshot,
  data,
}, testInfo) => {
  test.setTimeout(600_000); // Software draws all of it where there is no graphics card.
  await fillLibrary(join(data, 'library.db'), COUNT, { vectors: false, peakBytes: 0 });
  const lonely = makeHostile(join(data, 'library.db'));
  const { page, url } = await earshot();
  await expect(map(page)).toHaveAccessibleName(/^Map of 100000 tracks/, { timeout: 120_000 });

  await test.step('dragging moves what is drawn', async () => {
    const before = await map(page).screenshot();
    const box = (await map(page).boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 10);
    await page.mouse.move(x + 120, y + 30);
    await page.mouse.up();
    await expect.poll(async () => before.equals(await map(page).screenshot())).toBe(false);
  });

  await test.step('the pointer finds the very dot', async () => {
    await page.getByRole('searchbox').fill(lonely.title);
    await page.getByRole('option', { name: lonely.title }).click();
    // The map flies to the dot, for as long as the machine needs.
    await expect(async () => {
      const box = (await map(page).boundingBox())!;
      const x = box.x + Number(await map(page).getAttribute('data-focus-x'));
      const y = box.y + Number(await map(page).getAttribute('data-focus-y'));
      await page.mouse.move(x, y);
      await page.mouse.move(x + 1, y + 1);
      await expect(page.getByRole('tooltip')).toContainText(lonely.title, { timeout: 2000 });
    }).toPass();
  });

  await test.step('the page opens from a file, offline, and takes tags as text', async () => {
    test.skip(url === null, 'Electron asks the system where to save.');
    await page.getByRole('button', { name: 'Export…' }).click();
    const started = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Interactive page' }).click();
    const file = testInfo.outputPath('map.html');
    await (await started).saveAs(file);
    expect(readFileSync(file, 'utf8').match(/<script/g)!.length).toBe(2);
    const browser = await launchBrowser();
    try {
      const alone = await browser.newPage({ viewport: { width: 1000, height: 700 } });
      await usePage(alone, file, lonely.title);
    } finally {
      await browser.close();
    }
  });
});

/** Gives the track that lies farthest from all others a title of its own, and its neighbours hostile tags. */
function makeHostile(path: string): { title: string } {
  const db = openDatabase(path);
  const { recordingIds, coordinates } = mapPlaces(db, currentMap(db, 2, 'features')!);
  const tree = new Flatbush(recordingIds.length);
  const placeOf = (row: number): [number, number] => [
    coordinates[2 * row],
    coordinates[2 * row + 1],
  ];
  for (const row of recordingIds.keys()) tree.add(...placeOf(row));
  tree.finish();
  const reach = (row: number): number => {
    const [x, y] = placeOf(row);
    const [, next] = tree.neighbors(x, y, 2);
    const [nextX, nextY] = placeOf(next);
    return Math.hypot(nextX - x, nextY - y);
  };
  const [far] = Array.from(recordingIds, (id, row) => ({ id, row }))
    .filter(({ row }) => row % 7 === 0)
    .map(({ id, row }) => ({ id, distance: reach(row) }))
    .sort((a, b) => b.distance - a.distance);
  db.prepare('UPDATE tracks SET title = @it, artist = @it, genre = @it WHERE id <= 9000').run({
    it: HOSTILE,
  });
  db.prepare(`UPDATE tracks SET title = 'Lonely lighthouse' WHERE recording_id = ?`).run(far.id);
  db.close();
  return { title: 'Lonely lighthouse' };
}

async function usePage(page: Page, file: string, title: string): Promise<void> {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => faults.push(message.text()));
  await page.goto(`file://${file}`);
  const canvas = page.getByRole('application', { name: /^Map of 100000 tracks/ });
  await expect(canvas).toBeVisible();
  await page.getByRole('searchbox').fill('lighthouse');
  await page.getByRole('button', { name: new RegExp(title) }).click();
  await expect(page.locator('#tip')).toContainText(title);
  // What was found lies in the middle now.
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 5, box.y + 5);
  const tip = page.locator('#tip').filter({ hasText: title, visible: true });
  await expect(tip).toHaveCount(0);
  await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
  await expect(tip).toBeVisible();
  await page.mouse.wheel(0, -300);
  const legend = page.getByRole('list', { name: 'Legend' });
  await expect(legend.getByText('onerror')).toBeVisible();
  await legend.getByRole('button').first().click();
  await expect(legend.getByRole('button').first()).toHaveAttribute('aria-pressed', 'false');
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.locator('img').count()).toBe(0);
  expect(asked).toEqual([`file://${file}`]);
  expect(faults).toEqual([]);
}
