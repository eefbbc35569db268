import { expect, test } from './fixture.ts';
import type { Page } from '@playwright/test';

test.setTimeout(240_000);

const open = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name }).click();

/** Labels the first tracks without a label in the set that is open. */
async function labelFirst(page: Page, count: number, value: string): Promise<void> {
  const set = page.getByRole('region', { name: 'Set region' });
  await set.getByRole('button', { name: 'Without a label' }).click();
  const tracks = set.getByRole('region', { name: 'Tracks' });
  await expect(tracks.getByRole('checkbox').first()).toBeVisible();
  for (let i = 0; i < count; i++) await tracks.getByRole('checkbox').nth(i).check();
  await tracks.getByLabel('Label for the ticked').fill(value);
  await tracks.getByRole('button', { name: 'Label', exact: true }).click();
  await expect(set.getByRole('row', { name: new RegExp(`^${value} `) })).toContainText(
    `by hand ${count}`,
  );
}

test('labels by hand teach a classifier that says how sure it is and why', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await page.getByText('Up to date').waitFor({ timeout: 200_000 });

  await test.step('a set is made and filled by hand, renamed and kept as a table', async () => {
    await open(page, 'Labels');
    await page.getByLabel('New set').fill('region');
    await page.getByRole('button', { name: 'Make' }).click();
    await labelFirst(page, 7, 'North');
    await labelFirst(page, 7, 'Suoth');
    await page.getByRole('button', { name: 'Rename Suoth' }).click();
    await page.getByLabel(/^New name of Suoth/).fill('South');
    await page.keyboard.press('Enter');
    const set = page.getByRole('region', { name: 'Set region' });
    await expect(set.getByRole('row', { name: /^South / })).toContainText('by hand 7');
    await expect(set).toContainText('14 tracks of 16 labelled with 2 values');
    const href = await set.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
    const answer = await page.request.get(new URL(href!, page.url()).href);
    expect((await answer.text()).trim().split('\r\n')).toHaveLength(15);
  });

  await test.step('a table labels the rest', async () => {
    const text = 'title,artist,label\nNo such song,Nobody,North\n';
    const file = { name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('Table with labels').setInputFiles(file);
    const dialog = page.getByRole('dialog', { name: 'Import' });
    await expect(dialog).toContainText('Line 2: No track of the library is No such song.');
    await page.keyboard.press('Escape');
  });

  await test.step('what cannot be learned is said', async () => {
    await open(page, 'Classifiers');
    const form = page.getByRole('form', { name: 'Learn' });
    const labels = form.getByRole('combobox').first();
    await labels.selectOption('genre');
    await expect(form.getByRole('alert')).toContainText('Fewer than two labels have 3 tracks');
    await labels.selectOption('region');
    await expect(form).toContainText('14 tracks teach 2 labels: North 7, South 7.');
    await form.getByRole('button', { name: 'Learn' }).click();
  });

  await test.step('scores stand next to baselines', async () => {
    const scores = page.getByRole('region', { name: 'Scores' });
    await scores.waitFor({ timeout: 120_000 });
    await expect(scores.getByRole('row', { name: /^What was learned/ })).toContainText('%');
    await expect(scores.getByRole('row', { name: /^Always the most frequent/ })).toContainText('%');
    await expect(scores).toContainText('few tracks');
    await expect(scores.getByRole('img').first()).toBeVisible();
  });

  await test.step('reasons are shown for a label and for a track', async () => {
    await page.getByRole('button', { name: 'Reasons' }).click();
    const reasons = page.getByRole('region', { name: 'Reasons', exact: true });
    await expect(reasons.getByRole('img')).toHaveCount(3, { timeout: 60_000 });
    await page.getByRole('button', { name: 'Tracks', exact: true }).click();
    await page.getByRole('button', { name: /^Why / }).first().click({ timeout: 60_000 });
    const track = page.getByRole('region', { name: 'Reasons of one track' });
    await expect(track).toContainText('What the trees weighed most', { timeout: 60_000 });
  });

  await test.step('the boundary plays, and a correction is learned', async () => {
    await page.getByRole('button', { name: 'Tracks', exact: true }).click();
    const tracks = page.getByRole('region', { name: 'Tracks', exact: true });
    await expect(tracks.getByRole('listitem')).toHaveCount(16, { timeout: 60_000 });
    await tracks
      .getByRole('button', { name: /^Play / })
      .nth(1)
      .click();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await tracks.getByRole('combobox').first().selectOption('unlabelled');
    await expect(tracks.getByRole('listitem')).toHaveCount(2, { timeout: 60_000 });
    await tracks.getByRole('listitem').first().getByRole('combobox').selectOption('North');
    const learn = tracks.getByRole('button', { name: 'Learn from 1 correction' });
    await learn.click({ timeout: 60_000 });
    const outcome = page.getByText('Learned 1 correction.').first();
    await expect(outcome).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('option', { name: /version 2/ })).toHaveCount(1);
  });

  await test.step('where tracks carry several labels, a network learns them together', async () => {
    await open(page, 'Labels');
    await page.getByRole('button', { name: /^region / }).click();
    const set = page.getByRole('region', { name: 'Set region' });
    await set.getByLabel('Several values per track').check();
    await open(page, 'Classifiers');
    const form = page.getByRole('form', { name: 'Learn' });
    await form.getByRole('combobox', { name: 'Labels' }).selectOption('region');
    await expect(form).toContainText('Trees learn one label at a time');
    await form.getByRole('combobox', { name: 'Learned by' }).selectOption('mlp');
    await expect(form).toContainText('teach 2 labels, each a yes or no: ');
    await form.getByRole('button', { name: 'Learn' }).click();
    const scores = page.getByRole('region', { name: 'Scores' });
    await expect(scores).toContainText('all together', { timeout: 120_000 });
    await expect(scores.getByRole('row', { name: /^Mean / })).toContainText(/[01]\.\d\d/);

    await page.getByRole('button', { name: 'Tracks', exact: true }).click();
    const tracks = page.getByRole('region', { name: 'Tracks', exact: true });
    await tracks.getByRole('combobox').first().selectOption('labelled');
    const carried = tracks
      .getByRole('listitem')
      .first()
      .getByRole('combobox', { name: /carries$/ });
    await expect(carried).toContainText('Add', { timeout: 60_000 });
    const add = carried.getByRole('option', { name: /^Add / });
    await carried.selectOption({ label: (await add.first().innerText()).trim() });
    await expect(tracks.getByRole('button', { name: /^Learn from 1 correction$/ })).toBeEnabled({
      timeout: 60_000,
    });
  });
});
