import { readFileSync } from 'node:fs';
import { expect, mapIsDrawn, test } from './fixture.ts';

test('groups are compared, a field tells and plays its tracks, and the table can be kept', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('button', { name: 'Groups', exact: true }).click();
  const distances = page.getByRole('region', { name: 'Distances' });
  const field = distances.getByRole('button', { name: /^Techno to Drum & Bass: distance/ });
  await expect(field).toBeVisible();
  await expect(distances.getByRole('button', { name: /: the same tracks$/ })).toHaveCount(8);

  await test.step('by keyboard from field to field', async () => {
    await distances.getByRole('button', { name: /^Ambient to Ambient/ }).focus();
    await page.keyboard.press('ArrowRight');
    const second = distances.getByRole('button', { name: /^Ambient to Ballad/ });
    await expect(second).toBeFocused();
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'Ambient and Ballad' });
    await expect(details.getByRole('listitem')).toHaveCount(4);
    await details.getByRole('button', { name: /^Play all: From Ambient/ }).click();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  });

  await test.step('the table and the picture are files', async () => {
    const [table] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save table (CSV)' }).click(),
    ]);
    const lines = readFileSync(await table.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toContain('Drum & Bass');
    const [picture] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save picture (PNG)' }).click(),
    ]);
    const bytes = readFileSync(await picture.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.length).toBeGreaterThan(5000);
  });

  await test.step('the queue is a group too; contrast and rank are other views', async () => {
    await page.getByLabel('Rows: kind of group').selectOption('The queue');
    await page.getByRole('button', { name: 'Measure' }).click();
    await expect(distances.getByRole('button', { name: /^The queue to/ })).toHaveCount(8);
    await distances.getByRole('button', { name: 'Rank', exact: true }).click();
    await expect(distances.getByRole('button', { name: /rank 1, distance/ })).toHaveCount(1);
    await distances.getByRole('button', { name: 'Contrast', exact: true }).click();
    await expect(distances.getByText('With one group on a side')).toBeVisible();
  });

  await test.step('how well genres hold together', async () => {
    await page.getByRole('button', { name: 'Within and between' }).click();
    const classes = page.getByRole('region', { name: 'Within and between' });
    await expect(classes.getByRole('rowheader', { name: 'Techno' }).first()).toBeVisible();
    await classes.getByRole('button', { name: /^Within Techno: 0\.\d\d$/ }).click();
    await page.getByRole('combobox', { name: 'Groups' }).selectOption('folder');
    await expect(classes.getByText('silhouette').first()).toBeVisible();
  });
});
