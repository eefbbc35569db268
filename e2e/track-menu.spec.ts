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

  await test.step('what is left out can be taken in again', async () => {
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Leave out' }).press('Enter');
    await expect(list.getByRole('option').first()).toContainText('excluded');
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Include again' }).press('Enter');
    await expect(list.getByRole('option').first()).not.toContainText('excluded');
  });
});
