import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { exampleManifest, exampleNetwork } from '../src-main/models/fixtures/example-model.ts';
import { file, startPublisher } from '../src-main/models/fixtures/publisher.ts';
import type { ModelManifest } from '../src-main/models/room.ts';
import { expect, map, mapIsDrawn, test } from './fixture.ts';

const NAME = 'Test ear';

/** A folder of a model in the library's data, as a person would put it there. */
function putModel(data: string, over: Partial<ModelManifest>, network?: Buffer): void {
  const folder = join(data, 'models', 'test-ear');
  mkdirSync(folder, { recursive: true });
  const manifest = exampleManifest({ id: 'test-ear', name: NAME, ...over });
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  if (network) writeFileSync(join(folder, 'network.onnx'), network);
}

async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name }).click();
}
const card = (page: Page): Locator => page.getByRole('region', { name: NAME });

/** Titles of the nearest tracks, best first. */
async function nearest(page: Page): Promise<string[]> {
  const panel = page.getByRole('region', { name: 'Similar tracks' });
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  await expect(panel.getByRole('listitem')).toHaveCount(15);
  return panel.getByRole('listitem').allInnerTexts();
}

test('a model from disk hears the library, gives a map and neighbours of its own, and goes again', async ({
  earshot,
  music,
  data,
}) => {
  test.setTimeout(240_000);
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const view = page.getByRole('region', { name: 'Map', exact: true });
  const firstMap = await view.getAttribute('data-map-id');

  await test.step('put there by hand, it is found and proved', async () => {
    await openPage(page, 'Models');
    putModel(data, {}, Buffer.from('no network at all'));
    const own = page.getByRole('region', { name: 'A model of your own' });
    await own.getByRole('button', { name: 'Look again' }).click();
    await expect(card(page).getByRole('alert')).toContainText('not a readable ONNX file');
    putModel(data, {}, exampleNetwork());
    await own.getByRole('button', { name: 'Look again' }).click();
    await expect(card(page)).toContainText('Ready: fp32', { timeout: 60_000 });
  });

  await test.step('it hears what is missing', async () => {
    await card(page).getByRole('button', { name: 'Run missing' }).click();
    await expect(card(page)).toContainText('16 of 16 tracks heard', { timeout: 120_000 });
  });

  await test.step('the map and the neighbours are its own', async () => {
    await page.getByRole('option', { name: /Undertow/ }).click();
    await page.getByRole('button', { name: 'Similar', exact: true }).click();
    const measured = await nearest(page);
    await openPage(page, 'Map');
    await page
      .getByRole('combobox', { name: 'Heard by' })
      .first()
      .selectOption({ value: 'test-ear' });
    await expect(view).not.toHaveAttribute('data-map-id', firstMap!, { timeout: 60_000 });
    await expect(map(page)).toHaveAccessibleName(/^Map of 16 tracks/, { timeout: 60_000 });
    await expect.poll(() => nearest(page)).not.toEqual(measured);
  });

  await test.step('its vectors and its files are removed', async () => {
    await openPage(page, 'Models');
    await card(page)
      .getByRole('button', { name: /^Remove vectors/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(card(page)).toContainText('0 of 16 tracks heard');
    await card(page).getByRole('button', { name: 'Remove model…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(card(page)).toHaveCount(0);
    await openPage(page, 'Map');
    await expect(view).toHaveAttribute('data-map-id', firstMap!, { timeout: 60_000 });
    await expect(page.getByRole('combobox', { name: 'Heard by' })).toHaveCount(0);
  });
});

test('a download begins with the licence and ends with a model that works', async ({
  earshot,
  data,
}) => {
  const publisher = await startPublisher({ '/network.onnx': file(exampleNetwork()) });
  const trusted = '../src-main/models/fixtures/localhost-cert.pem';
  process.env.NODE_EXTRA_CA_CERTS = fileURLToPath(new URL(trusted, import.meta.url));
  try {
    const url = `${publisher.origin}/network.onnx`;
    putModel(data, {
      licence: {
        name: 'CC BY-NC 4.0',
        sentence: 'For non-commercial use only.',
        nonCommercial: true,
      },
      variants: [
        { id: 'fp32', about: 'Full.', network: { name: 'network.onnx', url }, extraFiles: [] },
      ],
    });
    const { page } = await earshot({ folders: [data] });
    await openPage(page, 'Models');
    await card(page)
      .getByRole('button', { name: /^Download/ })
      .click();
    const dialog = page.getByRole('dialog', { name: `Download ${NAME}` });
    await expect(dialog).toContainText('For non-commercial use only.');
    const accept = dialog.getByRole('button', { name: 'Accept and download' });
    await expect(accept).toBeDisabled();
    expect(publisher.requests).toEqual([]);
    await dialog.getByLabel('I use it for non-commercial purposes only.').check();
    await accept.click();
    await expect(card(page)).toContainText('Ready: fp32', { timeout: 60_000 });
    expect(publisher.requests).toEqual(['/network.onnx']);
    await card(page).getByRole('button', { name: 'Test' }).click();
    await expect(card(page)).toContainText('It works', { timeout: 60_000 });
  } finally {
    delete process.env.NODE_EXTRA_CA_CERTS;
    await publisher.close();
  }
});
