import { expect, map, mapIsDrawn, test } from './fixture.ts';

test('tracks are chosen in the list as in lists of files, and the map shows the same ones', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const list = page.getByRole('listbox', { name: 'Tracks' });
  const row = (i: number) => list.getByRole('option').nth(i);
  const panel = page.getByRole('group', { name: 'Selection' });
  const chosen = page.getByRole('group', { name: 'Chosen tracks' });
  const menu = page.getByRole('menu');
  await expect(list).toHaveAttribute('aria-multiselectable', 'true');

  await test.step('Shift reaches, Control takes in and out', async () => {
    await row(1).click();
    await row(3).click({ modifiers: ['Shift'] });
    await expect(panel.getByText('3 tracks', { exact: true })).toBeVisible();
    await row(5).click({ modifiers: ['ControlOrMeta'] });
    await row(2).click({ modifiers: ['ControlOrMeta'] });
    await expect(panel.getByText('3 tracks', { exact: true })).toBeVisible();
    await expect(list.getByRole('option', { selected: true })).toHaveCount(3);
    await expect(row(2)).toHaveAttribute('aria-selected', 'false');
  });

  await test.step('the menu of one of them speaks of all', async () => {
    await row(5).click({ button: 'right' });
    await expect(menu).toHaveAccessibleName('3 tracks');
    await menu.getByRole('menuitem', { name: 'Play 3 tracks' }).click();
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
    const queue = page.getByRole('region', { name: 'Queue' });
    await expect(queue.getByText('3 tracks', { exact: true })).toBeVisible();
    await row(7).click({ button: 'right' });
    await expect(menu.getByRole('menuitem', { name: 'Play', exact: true })).toBeFocused();
    await page.keyboard.press('Escape');
  });

  await test.step('keys do the same, and Escape lets go', async () => {
    await list.press('Escape');
    await expect(panel).toBeHidden();
    await list.press('Home');
    await list.press('Shift+ArrowDown');
    await expect(chosen).toContainText('2 selected');
    await list.press('Shift+ArrowDown');
    await expect(chosen).toContainText('3 selected');
    await list.press('Control+a');
    await expect(chosen).toContainText('16 selected');
    await list.press('Control+z');
    await expect(chosen).toContainText('3 selected');
  });

  await test.step('what was chosen here is undone on the map', async () => {
    await map(page).press('Control+z');
    await expect(panel.getByText('2 tracks', { exact: true })).toBeVisible();
    await expect(chosen).toContainText('2 selected');
    await row(9).click();
    await expect(panel).toBeHidden();
    await expect(list.getByRole('option', { selected: true })).toHaveCount(1);
  });

  await test.step('on another page the chosen ones are still at hand', async () => {
    await row(10).click({ modifiers: ['Shift'] });
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('button', { name: 'Labels' })
      .click();
    await chosen.getByRole('button', { name: 'Actions…' }).press('Enter');
    await expect(menu.getByRole('menuitem', { name: 'Play 2 tracks' })).toBeFocused();
  });
});
