import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, mapIsDrawn, test } from './fixture.ts';

const space = (page: Page): Locator =>
  page.getByRole('application', { name: /^Three-dimensional map of 16 tracks/ });

/** Where the track in focus is on the screen. */
async function focusIn(map: Locator): Promise<[number, number]> {
  const places = ['x', 'y'].map((axis) => map.getAttribute(`data-focus-${axis}`));
  const [x, y] = (await Promise.all(places)).map(Number);
  return [x, y];
}

/** At which of the places ECharts GL has drawn a dot. */
const areDrawnAt = (map: Locator, places: [number, number][]): Promise<boolean[]> =>
  map.evaluate((frame, all) => {
    const canvases = [...frame.querySelectorAll<HTMLCanvasElement>('div canvas')];
    return all.map(([x, y]) =>
      canvases.some((drawn) => {
        const copy = document.createElement('canvas');
        copy.width = copy.height = 1;
        const context = copy.getContext('2d')!;
        context.drawImage(drawn, -Math.round(x), -Math.round(y));
        return context.getImageData(0, 0, 1, 1).data[3] > 128;
      }),
    );
  }, places);

/** The map in three dimensions, made of the map in two that is there. */
async function openSpace(page: Page): Promise<Locator> {
  await mapIsDrawn(page);
  await page.getByRole('button', { name: '3-D' }).click();
  await page.getByRole('button', { name: 'Draw it' }).click();
  const map = space(page);
  await map.waitFor({ timeout: 60_000 });
  return map;
}

test('in three dimensions tracks are boxed, places opened, and what is searched is flown to', async ({
  earshot,
  music,
}) => {
  const { page } = await earshot({ folders: [music] });
  const map = await openSpace(page);
  const room = (await map.boundingBox())!;
  const selection = page.getByRole('group', { name: 'Selection' });

  await test.step('a box around everything; a part of it is taken away and brought back', async () => {
    await page.getByRole('button', { name: 'Box' }).click();
    const boxTo = async (right: number): Promise<void> => {
      await page.mouse.move(room.x + 4, room.y + 70);
      await page.mouse.down();
      await page.mouse.move(room.x + right, room.y + room.height - 4, { steps: 4 });
      await page.mouse.up();
    };
    await boxTo(room.width - 60);
    await expect(selection.getByText('16 tracks')).toBeVisible();
    await selection.getByRole('button', { name: 'Clear selection' }).click();
    await map.press('Control+z');
    await expect(selection.getByText('16 tracks')).toBeVisible();
    await map.press('Escape');
    await expect(selection).toBeHidden();
  });

  await test.step('a search flies to its track, which a click at its place plays', async () => {
    await page.getByRole('option', { name: /Undertow/ }).click();
    await expect(map).toHaveAttribute('data-focus-x', /\d/);
    let last = '';
    await expect
      .poll(
        async () => {
          const [x, y] = await focusIn(map);
          const { width, height } = (await map.boundingBox())!;
          const rests = last === `${x} ${y}`;
          last = `${x} ${y}`;
          return rests && Math.hypot(x - width / 2, y - height / 2) < width / 3;
        },
        { intervals: [500] },
      )
      .toBe(true);
    await page.getByRole('button', { name: 'Move' }).click();
    const { x, y } = (await map.boundingBox())!;
    const [right, down] = await focusIn(map);
    await page.mouse.move(x + right, y + down);
    await expect(page.getByRole('tooltip')).toContainText('Undertow');
    await page.mouse.click(x + right, y + down);
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  });

  await test.step('by keyboard to another dot, which Enter plays, and back through the views', async () => {
    const before = await focusIn(map);
    await map.press('Shift+ArrowLeft');
    await map.press('Shift+ArrowUp');
    await expect.poll(() => focusIn(map)).not.toEqual(before);
    await expect.poll(async () => areDrawnAt(map, [await focusIn(map)])).toEqual([true]);
    // Wherever the other dots happen to lie, sixteen of them leave most of the map free.
    const { width, height } = room;
    const grid = Array.from({ length: 100 }, (_, i): [number, number] => [
      (width * ((i % 10) + 0.5)) / 10,
      (height * (Math.floor(i / 10) + 0.5)) / 10,
    ]);
    const drawn = await areDrawnAt(map, grid);
    expect(drawn.filter(Boolean).length).toBeLessThan(grid.length / 4);
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) await map.press(key);
    await map.press('Enter');
    const near = page.getByRole('navigation', { name: 'Near on the map' });
    await expect(near.getByRole('listitem')).toHaveCount(8);
    await page.getByRole('button', { name: 'Previous view' }).click();
    await expect(page.getByRole('button', { name: 'Next view' })).toBeEnabled();
  });

  await test.step('a place is opened and played', async () => {
    await page.getByRole('button', { name: 'Places', exact: true }).click();
    const first = page.getByRole('list', { name: 'Places' }).getByRole('button').first();
    const name = await first.locator('.ellipsis').innerText();
    await first.press('Enter');
    await expect(page.getByRole('region', { name, exact: true })).toContainText(/\d+ tracks?\./);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await expect(selection).toContainText(/\d+ tracks/);
  });
});

test('two maps in three dimensions turn together', async ({ earshot, music }) => {
  const { page } = await earshot({ folders: [music] });
  const map = await openSpace(page);
  await page.getByRole('button', { name: 'Maps', exact: true }).click();
  await page.getByRole('button', { name: 'Draw a new map…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Draw a new map' });
  await dialog.getByRole('spinbutton', { name: /^Seed/ }).fill('7');
  await dialog.getByRole('button', { name: 'Draw', exact: true }).click();
  await test.step('the dots of the map before move to where it has them', async () => {
    const back = page.getByRole('button', { name: 'Back to the map before' });
    await expect(back).toBeEnabled({ timeout: 60_000 });
    await expect(page.getByRole('progressbar', { name: 'Drawing the map' })).toBeHidden();
    await expect(map).toHaveAttribute('data-moving', 'false');
    const moved = map.evaluate(
      (frame) =>
        new Promise<void>((resolve) => {
          const observer = new MutationObserver(() => {
            if (frame.dataset.moving === 'true') resolve();
          });
          observer.observe(frame, { attributeFilter: ['data-moving'] });
        }),
    );
    await back.click();
    await moved;
    await expect(map).toHaveAttribute('data-moving', 'false');
  });
  await page.getByRole('button', { name: 'Compare' }).click({ timeout: 60_000 });
  await expect(map).toHaveCount(2);
  await map.first().press('ArrowRight');
  const sides = [map.first(), map.last()];
  for (const side of sides) await expect(side).toHaveAttribute('data-focus-x', /\d/);
  const before = await Promise.all(sides.map(focusIn));
  await map.first().press('Shift+ArrowUp');
  for (const [i, side] of sides.entries()) {
    await expect.poll(() => focusIn(side)).not.toEqual(before[i]);
  }
});
