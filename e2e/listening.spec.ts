import { basename, dirname } from 'node:path';
import { expect, map, mapIsDrawn, position, test } from './fixture.ts';

test('a folder goes in, a map comes out, a dot plays, its neighbours are found, and all is there again', async ({
  earshot,
  music,
}) => {
  const first = await earshot();
  const { page } = first;
  await expect(
    page.getByRole('heading', { name: 'See your music as a map of sound' }),
  ).toBeVisible();

  await test.step('choose a folder in the picker', async () => {
    test.skip(first.url === null, 'The picker of the system cannot be driven.');
    await page.getByRole('button', { name: 'Choose a music folder' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose a music folder' });
    await picker.getByRole('navigation').getByRole('button').first().click(); // The root.
    for (const name of dirname(music).split('/').filter(Boolean)) {
      await picker.getByRole('button', { name, exact: true }).click();
    }
    await picker.getByRole('button', { name: basename(music), exact: true }).click();
    await picker.getByRole('button', { name: 'Add this folder' }).click();
  });

  await test.step('progress, then a map of everything', async () => {
    await mapIsDrawn(page);
    await expect(map(page)).toHaveAccessibleName(/^Map of 16 tracks/);
    await expect(
      page.getByRole('listbox', { name: 'Tracks' }).getByRole('option').first(),
    ).toBeVisible();
    await expect(page.getByRole('list', { name: 'Legend' }).getByRole('listitem')).toHaveCount(8);
  });

  await test.step('hover tells, a click plays', async () => {
    await page.getByRole('option', { name: /Undertow/ }).click();
    await expect(map(page)).toHaveAttribute('data-focus-x', /\d/);
    let [x, y] = [0, 0];
    // The map flies to the dot, for as long as the machine needs.
    await expect(async () => {
      const box = (await map(page).boundingBox())!;
      x = box.x + Number(await map(page).getAttribute('data-focus-x'));
      y = box.y + Number(await map(page).getAttribute('data-focus-y'));
      await page.mouse.move(x, y);
      await page.mouse.move(x + 2, y + 2);
      await expect(page.getByRole('tooltip')).toContainText('Undertow', { timeout: 1000 });
    }).toPass();
    await expect(page.getByRole('tooltip')).toContainText('Slow Tide');
    await page.mouse.click(x + 2, y + 2);
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await expect.poll(() => position(page), { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    const sounding = page.evaluate(() => navigator.mediaSession.metadata?.title);
    expect(await sounding).toBe('Undertow');
  });

  await test.step('similar tracks of the same style come first and become the queue', async () => {
    await page.getByRole('button', { name: 'Similar', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Similar tracks' });
    const nearest = panel.getByRole('listitem').first();
    await expect(nearest).toContainText('Glass Water');
    await panel.getByRole('button', { name: /^Why/ }).first().click();
    await expect(page.getByRole('region', { name: 'Comparison' })).toContainText('Timbre');
    await page.getByRole('button', { name: 'Close' }).click();
    await panel.getByRole('button', { name: 'Play all' }).click();
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Queue' }).getByRole('listitem')).toHaveCount(16);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Player' })).toContainText('Glass Water');
    await page.waitForTimeout(2500); // The queue is saved now and then.
  });

  await test.step('after a restart the queue, the map and the place in the track are there', async () => {
    await first.close();
    const { page: again } = await earshot();
    await mapIsDrawn(again);
    await expect(again.getByRole('region', { name: 'Player' })).toContainText('Glass Water');
    expect(await position(again)).toBeGreaterThan(0);
    await again.getByRole('button', { name: 'Queue', exact: true }).click();
    await expect(again.getByRole('region', { name: 'Queue' }).getByRole('listitem')).toHaveCount(
      16,
    );
  });
});

test('search finds, rings and flies; the keyboard does everything', async ({ earshot, music }) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);

  await page.keyboard.press('/');
  await page.keyboard.type('techno');
  const tracks = page.getByRole('listbox', { name: 'Tracks' });
  await expect(tracks.getByRole('option')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('searchbox')).toHaveValue('');

  await map(page).focus();
  await page.keyboard.press('ArrowRight');
  const heading = page.getByRole('region', { name: 'Track', exact: true }).getByRole('heading');
  await expect(heading).toBeVisible();
  // The way round may end where it began, but not without passing another dot.
  const visited = new Set([await heading.innerText()]);
  for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(1000);
    visited.add(await heading.innerText());
  }
  expect(visited.size).toBeGreaterThan(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Play', exact: true }).last()).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('region', { name: 'Similar tracks' })).toBeVisible();

  await tracks.focus();
  await page.keyboard.press('End');
  await expect(tracks.getByRole('option', { selected: true })).toHaveAttribute(
    'aria-posinset',
    '16',
  );
});

test('the map turns in three dimensions and is drawn anew on request', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('button', { name: '3-D' }).click();
  await page.getByRole('button', { name: 'Draw it' }).click();
  const cloud = page.getByRole('application', { name: /^Three-dimensional map of 16 tracks/ });
  await cloud.waitFor({ timeout: 60_000 });
  await cloud.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: '2-D' }).click();
  const version = await page
    .getByRole('region', { name: 'Map', exact: true })
    .getAttribute('data-map-id');
  await page.getByRole('button', { name: 'Maps', exact: true }).click();
  await page.getByRole('button', { name: 'Draw a new map…' }).click();
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Map', exact: true })).not.toHaveAttribute(
    'data-map-id',
    version!,
  );
});
