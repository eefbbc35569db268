import { expect, mapIsDrawn, test } from './fixture.ts';

test('a playlist is made, ordered by keys and by dragging, played, renamed and removed', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const list = page.getByRole('listbox', { name: 'Tracks' });
  const menu = page.getByRole('menu');
  const dialog = page.getByRole('dialog', { name: /to a playlist$/ });
  const pages = page.getByRole('navigation', { name: 'Pages' });
  const playlist = page.getByRole('region', { name: /^Playlist / });
  const names = playlist.locator('li .track > :first-child');

  await test.step('tracks of the list go into a new one, and more into the same', async () => {
    await list.getByRole('option').nth(0).click();
    await list
      .getByRole('option')
      .nth(2)
      .click({ modifiers: ['Shift'] });
    await list.getByRole('option').nth(1).click({ button: 'right' });
    await menu.getByRole('menuitem', { name: 'Add to playlist…' }).click();
    await dialog.getByLabel('New playlist').fill('Evening');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog).toBeHidden();
    await list.getByRole('option').nth(3).click({ button: 'right' });
    await menu.getByRole('menuitem', { name: 'Add to playlist…' }).click();
    await dialog.getByRole('button', { name: /^Evening 3 tracks/ }).click();
    await expect(dialog).toBeHidden();
    await pages.getByRole('button', { name: 'Playlists' }).click();
    await expect(names).toHaveCount(4);
    await expect(names.last()).not.toHaveText('…');
  });

  const [a, b, c, d] = await names.allInnerTexts();
  await test.step('keys order it and stay with the track', async () => {
    const first = playlist.locator('.track').first();
    await first.press('Alt+ArrowDown');
    await expect(names).toHaveText([b, a, c, d]);
    await page.keyboard.press('Alt+ArrowDown');
    await expect(names).toHaveText([b, c, a, d]);
    await page.keyboard.press('Delete');
    await expect(names).toHaveText([b, c, d]);
  });

  await test.step('so does dragging', async () => {
    await playlist.getByRole('listitem').nth(2).dragTo(playlist.getByRole('listitem').nth(0));
    await expect(names).toHaveText([d, b, c]);
    await page.reload();
    await pages.getByRole('button', { name: 'Playlists' }).click();
    await expect(names).toHaveText([d, b, c]);
  });

  await test.step('it plays in its order, is renamed and removed', async () => {
    await playlist.getByRole('button', { name: 'Play', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await expect(page.getByRole('contentinfo')).toContainText(d);
    await playlist.getByRole('button', { name: 'Rename' }).click();
    await playlist.getByLabel('Name').fill('Night');
    await playlist.getByLabel('Name').press('Enter');
    await expect(page.getByRole('region', { name: 'Playlist Night' })).toBeVisible();
    await playlist.getByRole('button', { name: 'Remove playlist' }).click();
    await expect(playlist).toBeHidden();
  });
});
