import type { Page } from '@playwright/test';
import { expect, map, mapIsDrawn, test } from './fixture.ts';

/** Drags along points given as parts of the map's width and height. */
async function drag(page: Page, points: [number, number][]): Promise<void> {
  const { x, y, width, height } = (await map(page).boundingBox())!;
  const [first, ...rest] = points.map(([right, down]) => [x + right * width, y + down * height]);
  await page.mouse.move(first[0], first[1]);
  await page.mouse.down();
  for (const [toX, toY] of rest) await page.mouse.move(toX, toY, { steps: 8 });
  await page.mouse.up();
}

test('a lasso and a box choose tracks, which are told about, labelled, queued and kept', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const tools = page.getByRole('group', { name: 'Dragging' });
  const selection = page.getByRole('group', { name: 'Selection' });
  const spoken = page.locator('[aria-live=polite]', { hasText: 'tracks' });

  await test.step('a lasso around everything', async () => {
    await tools.getByRole('button', { name: 'Lasso' }).click();
    await drag(page, [
      [0.02, 0.12],
      [0.99, 0.12],
      [0.99, 0.98],
      [0.01, 0.98],
      [0.01, 0.14],
    ]);
    await expect(selection.getByText('16 tracks')).toBeVisible();
    const genres = selection.getByRole('list', { name: 'Genres of the selection' });
    await expect(genres.getByRole('listitem').first()).toContainText('2');
  });

  await test.step('all of them get a label', async () => {
    await selection.getByText('Label these…').click();
    await selection.getByLabel('Set').fill('mood');
    await selection.getByLabel('Label', { exact: true }).fill('calm');
    await selection.getByRole('button', { name: 'Label', exact: true }).click();
    await expect(spoken).toHaveText('16 tracks labelled calm in mood.');
  });

  await test.step('a box with Alt takes its dots away, undo brings them back', async () => {
    await tools.getByRole('button', { name: 'Box' }).click();
    await page.keyboard.down('Alt');
    await drag(page, [
      [0.93, 0.97],
      [0.02, 0.12],
    ]);
    await page.keyboard.up('Alt');
    await expect(selection).toBeHidden();
    await map(page).press('Control+z');
    await expect(selection.getByText('16 tracks')).toBeVisible();
  });

  await test.step('they are queued and kept as a playlist', async () => {
    const download = page.waitForEvent('download');
    await selection.getByRole('button', { name: 'Save as a file' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.m3u8?$/);
    await selection.getByRole('button', { name: 'Add to queue' }).click();
    await expect(spoken).toHaveText('16 tracks added to the queue.');
  });

  await test.step('the label is among the sets', async () => {
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('button', { name: 'Labels' }).click();
    await page.getByRole('button', { name: /^mood/ }).click();
    const set = page.getByRole('region', { name: 'Set mood' });
    await expect(set).toContainText('16 tracks of 16 labelled with 1 value');
  });
});
