import { expect, mapIsDrawn, position, test } from './fixture.ts';

test('a track is followed from its sound to its place, with a cursor that moves', async ({
  earshot,
  music,
}) => {
  const { page, url } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('button', { name: 'Journey', exact: true }).click();
  await expect(page.getByText('Choose a track in the list')).toBeVisible();
  await page.getByRole('option', { name: /Undertow/ }).click();
  const main = page.getByRole('main');
  for (const name of ['Waveform', 'Spectrogram', 'MFCC', 'Chroma', 'Tempogram', 'Tonnetz']) {
    await expect(main.getByRole('img', { name: new RegExp(`^${name}.*\\.$`) })).toBeVisible({
      timeout: 60_000,
    });
  }
  await expect(main.getByText('641 values in 7 groups')).toBeVisible();
  await expect(main.getByRole('list', { name: 'In words' }).getByRole('listitem')).not.toHaveCount(
    0,
  );
  await expect(main.getByRole('img', { name: /among the 16 tracks of the map/ })).toBeVisible();

  await test.step('a click in a picture plays from there', async () => {
    const picture = main.getByRole('img', { name: /^Spectrogram/ });
    const box = (await picture.boundingBox())!;
    await picture.click({ position: { x: box.width / 2, y: 20 } });
    await expect(page.getByRole('button', { name: 'Pause' }).first()).toBeVisible();
    await expect.poll(() => position(page), { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
    const slider = main.getByRole('slider', { name: 'Position' });
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(0.4);
  });

  await test.step('the picture can be kept', async () => {
    test.skip(url === null, 'Electron asks where to with a dialog of the system.');
    const [picture] = await Promise.all([
      page.waitForEvent('download'),
      main.getByRole('link', { name: 'Save picture (PNG)' }).click(),
    ]);
    expect(picture.suggestedFilename()).toBe('journey.png');
  });

  await test.step('another track takes its place, and the map shows where it lies', async () => {
    await page.getByRole('option', { name: /Glass Water/ }).click();
    await expect(main.getByText('Glass Water')).toBeVisible({ timeout: 60_000 });
    await main.getByRole('button', { name: 'Show on the map' }).click();
    await expect(page.getByRole('application', { name: /^Map of 16 tracks/ })).toBeVisible();
  });
});
