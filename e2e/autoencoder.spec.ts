import { expect, map, mapIsDrawn, test } from './fixture.ts';

test('a map is trained on the library, looked into, listened to and shown as the map', async ({
  earshot,
  music,
}) => {
  test.setTimeout(300_000);
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('button', { name: 'Trained' }).click();
  const form = page.getByRole('form', { name: 'Train a map' });

  await test.step('choose tracks and how', async () => {
    await expect(form).toContainText('16 tracks. Each is brought to');
    await form.getByRole('combobox', { name: /^Tracks/ }).selectOption('genre');
    await form.getByRole('checkbox', { name: /^Techno/ }).check();
    await expect(form).toContainText('A map needs at least 4 tracks. Here are 2.');
    await form.getByRole('combobox', { name: /^Tracks/ }).selectOption('');
    await form.getByLabel('Name').fill('Small map');
    await form.getByText('Choose how').click();
    await form.getByLabel('At most, seconds').fill('3');
    await form.getByLabel('Time steps').fill('32');
    await form.getByLabel('Rounds').fill('8');
    await expect(form).toContainText('16 tracks. Each is brought to 3.0 seconds');
  });

  await test.step('it learns and is kept', async () => {
    await form.getByRole('button', { name: 'Train', exact: true }).click();
    const plane = page.getByRole('application', { name: /^Plane of 16 tracks/ });
    await plane.waitFor({ timeout: 180_000 });
    await expect(page.getByRole('list', { name: 'Trained maps' })).toContainText('Small map');
    await expect(page.getByRole('list', { name: 'Colours' }).getByRole('listitem')).toHaveCount(8);
  });

  const trained = page.getByRole('region', { name: 'Small map' });
  await test.step('a place between the tracks is painted and heard', async () => {
    const plane = trained.getByRole('application', { name: /^Plane of/ });
    const painted = page.waitForResponse(/\/latent\/\d+\/spectrogram\?point=/);
    await plane.focus();
    // Far enough to leave all tracks behind, wherever the training laid them.
    for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowUp');
    await expect(trained.getByRole('heading', { name: 'Between the tracks' })).toBeVisible();
    expect((await painted).status()).toBe(200);
    const sound = page.waitForResponse(/\/latent\/\d+\/sound\?point=/, { timeout: 60_000 });
    await trained.getByRole('button', { name: 'Hear this place' }).click();
    expect((await sound).headers()['content-type']).toBe('audio/wav');
  });

  await test.step('partners that are not there are told in a sentence', async () => {
    await trained.getByRole('button', { name: 'Check' }).click();
    await expect(trained).toContainText('No two titles of this map differ by these words only.');
  });

  await test.step('it becomes a map like any other', async () => {
    await trained.getByRole('button', { name: 'Show as map' }).click();
    await expect(map(page)).toHaveAccessibleName(/^Map of 16 tracks/, { timeout: 60_000 });
  });
});
