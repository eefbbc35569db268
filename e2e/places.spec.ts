import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, map, mapIsDrawn, test } from './fixture.ts';

const section = (page: Page): Locator => page.getByRole('region', { name: 'Map', exact: true });
const places = (page: Page): Locator => page.getByRole('list', { name: 'Places' });

async function obstacles(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

/** Draws a map with another seed and answers its id. */
async function drawAnother(page: Page, seed: string): Promise<string> {
  const before = (await section(page).getAttribute('data-map-id'))!;
  await page.getByRole('button', { name: 'Draw a new map…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Draw a new map' });
  await dialog.getByRole('spinbutton', { name: /^Seed/ }).fill(seed);
  await dialog.getByRole('button', { name: 'Draw', exact: true }).click();
  await expect(section(page)).not.toHaveAttribute('data-map-id', before, { timeout: 60_000 });
  return (await section(page).getAttribute('data-map-id'))!;
}

test('places have names, tell what they hold, play, and keep the name that they are given', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('button', { name: 'Places', exact: true }).click();
  const first = places(page).getByRole('button').first();
  const found = await first.locator('.ellipsis').innerText();
  await first.press('Enter'); // By keyboard, as by the pointer.

  const panel = page.getByRole('region', { name: found, exact: true });
  await expect(panel).toContainText(/\d+ tracks?\./);
  expect(await obstacles(page)).toEqual([]);
  await panel.getByRole('button', { name: 'Rename' }).click();
  await panel.getByRole('textbox', { name: 'Name of this place' }).fill('Late nights');
  await panel.getByRole('button', { name: 'Keep' }).click();
  const renamed = page.getByRole('region', { name: 'Late nights', exact: true });
  await expect(renamed).toBeVisible();
  await renamed.getByRole('button', { name: 'Select', exact: true }).click();
  const selection = page.getByRole('group', { name: 'Selection' });
  await expect(selection).toContainText(/\d+ tracks/);
  await selection.getByRole('button', { name: 'Undo' }).click();
  await expect(selection).toBeHidden();

  await page.reload();
  await mapIsDrawn(page);
  await page.getByRole('button', { name: 'Places', exact: true }).click();
  await places(page)
    .getByRole('button', { name: /^Late nights/ })
    .click();
  await page.getByRole('button', { name: 'Play place' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(places(page)).toBeVisible();
});

test('every map is kept: undone, compared with another, and told how far to trust it', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const first = await section(page).getAttribute('data-map-id');
  await page.getByRole('button', { name: 'Maps', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Maps', exact: true });
  await expect(panel).toContainText('Trustworthiness');
  const second = await drawAnother(page, '7');
  const maps = panel.getByRole('list', { name: 'Kept maps' }).getByRole('listitem');
  await expect(maps).toHaveCount(2);
  await panel.getByText('What moved most').click();
  const moved = panel.getByRole('list', { name: 'What moved most' }).getByRole('listitem');
  await expect(moved).toHaveCount(12);
  expect(await obstacles(page)).toEqual([]);

  await panel.getByRole('button', { name: 'Back to the map before' }).click();
  await expect(section(page)).toHaveAttribute('data-map-id', first!);
  await panel.getByRole('button', { name: 'Back to the map before' }).click();
  await expect(section(page)).toHaveAttribute('data-map-id', second);

  await panel.getByRole('button', { name: 'Compare' }).click();
  await expect(map(page)).toHaveCount(2);
  const compared = page.getByRole('group', { name: 'Two maps compared' });
  await expect(compared.getByRole('combobox', { name: 'Map at the right' })).toHaveValue(first!);
  await map(page).first().focus();
  await page.keyboard.press('ArrowRight');
  for (const side of [map(page).first(), map(page).last()]) {
    await expect(side).toHaveAttribute('data-focus-x', /\d/); // One selection on both.
  }
  await compared.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(map(page)).toHaveCount(1);

  await page.getByRole('button', { name: 'Maps', exact: true }).click();
  await maps.last().getByRole('button', { name: 'Remove' }).click();
  await expect(maps).toHaveCount(1);
});

test('a dot that moves can be stopped, and who wants less motion sees none', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  await page.getByRole('button', { name: 'Maps', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Maps', exact: true });
  await drawAnother(page, '9');
  await page.waitForTimeout(3000);
  const back = panel.getByRole('button', { name: 'Back to the map before' });
  const moving = page.locator('[data-moving="true"]');

  await back.click();
  await expect(moving).toHaveCount(1);
  await map(page).press('+'); // Whoever goes on sees the end at once.
  await expect(moving).toHaveCount(0);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  const seen = page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const frame = document.querySelector('[data-moving]')!;
        let moved = false;
        const observer = new MutationObserver(() => (moved = true));
        observer.observe(frame, { attributeFilter: ['data-moving'] });
        setTimeout(() => resolve(moved), 4000);
      }),
  );
  await back.click();
  expect(await seen).toBe(false);
});

test('a dot has the menu of its track, by the pointer and by keys', async ({ earshot, music }) => {
  const { page } = await earshot({ folders: [music] });
  await mapIsDrawn(page);
  const menu = page.getByRole('menu');
  const play = menu.getByRole('menuitem', { name: 'Play', exact: true });
  await map(page).press('ArrowRight');
  await expect(map(page)).toHaveAttribute('data-focus-x', /\d/);
  await map(page).press('Shift+F10');
  await expect(play).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(map(page)).toBeFocused();

  const clickAtFocus = async (): Promise<void> => {
    const [x, y] = await Promise.all(
      ['x', 'y'].map((axis) => map(page).getAttribute(`data-focus-${axis}`)),
    );
    const position = { x: Number(x), y: Number(y) };
    await map(page).click({ button: 'right', position, force: true });
  };
  await clickAtFocus();
  await play.click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  // Where there is no dot, the browser has its own menu.
  await page.evaluate(() =>
    addEventListener('contextmenu', ({ defaultPrevented }) => {
      document.body.dataset.prevented = String(defaultPrevented);
    }),
  );
  await map(page).press('0');
  await map(page).click({ button: 'right', position: { x: 3, y: 3 } });
  await expect(page.locator('body')).toHaveAttribute('data-prevented', 'false');
  await expect(menu).toBeHidden();
});

test('on a narrow window the tools fold away and leave the map free', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music], viewport: { width: 400, height: 800 } });
  await map(page).waitFor({ timeout: 150_000 });
  const tools = page.getByRole('toolbar', { name: 'Map tools' });
  const room = (await map(page).boundingBox())!;
  expect((await tools.boundingBox())!.height).toBeLessThan(room.height / 6);
  await tools.getByRole('button', { name: 'More map tools' }).click();
  await tools.getByRole('button', { name: 'Places', exact: true }).click();
  await expect(places(page).getByRole('button').first()).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
