import { expect, mapIsDrawn, test } from './fixture.ts';

test('every row of a track has a menu, by mouse and by keys', async ({ earshot, music }) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const list = page.getByRole('listbox', { name: 'Tracks' });
  const menu = page.getByRole('menu');
  const queue = page.getByRole('region', { name: 'Queue' });

  await test.step('a right click offers what can be done', async () => {
    await list.getByRole('option').nth(2).click({ button: 'right' });
    await expect(menu.getByRole('menuitem')).toHaveText([
      'Play',
      'Play next',
      'Add to queue',
      'Find similar',
      'Show on map',
      'Path from the playing track',
      'Add to playlist…',
      'Edit labels…',
      'Leave out',
    ]);
    await menu.getByRole('menuitem', { name: 'Add to queue' }).click();
    await expect(menu).toBeHidden();
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
    await expect(queue.getByText('1 track', { exact: true })).toBeVisible();
  });

  await test.step('keys open it at the row that has them, and the list has them back', async () => {
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    await expect(menu.getByRole('menuitem', { name: 'Play', exact: true })).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(menu.getByRole('menuitem', { name: 'Leave out' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await expect(list).toBeFocused();
    await expect(queue).toBeVisible();
  });

  await test.step('what a track is called is looked at and said otherwise', async () => {
    const dialog = page.getByRole('dialog', { name: /^Labels of / });
    const labels = dialog.getByRole('list', { name: 'Labels' });
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Edit labels…' }).press('Enter');
    await expect(labels.getByRole('listitem').filter({ hasText: 'from tags' })).not.toHaveCount(0);
    await dialog.getByLabel('Set').fill('mood');
    await dialog.getByLabel('Label', { exact: true }).fill('calm');
    await dialog.getByRole('button', { name: 'Label', exact: true }).click();
    await expect(labels.getByRole('listitem').filter({ hasText: 'by hand' })).toContainText('calm');
    await dialog.getByRole('button', { name: 'Not this: calm in mood' }).click();
    await expect(labels.getByText('calm', { exact: true })).toBeHidden();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('a path leads from what plays to a track', async () => {
    await list.getByRole('option').first().dblclick();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await list.getByRole('option').nth(8).click({ button: 'right' });
    await menu.getByRole('menuitem', { name: 'Path from the playing track' }).click();
    const spoken = page.locator('[aria-live=polite]', { hasText: 'lead there play next' });
    await expect(spoken).toHaveText(/^\d+ tracks? that lead there play next\.$/);
  });

  await test.step('what is left out can be taken in again', async () => {
    await list.press('Home');
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Leave out' }).press('Enter');
    await expect(list.getByRole('option').first()).toContainText('excluded');
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Include again' }).press('Enter');
    await expect(list.getByRole('option').first()).not.toContainText('excluded');
  });
});
