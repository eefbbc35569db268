import { expect, test } from 'vitest';
import { ListWindow, ROW } from './list-window.svelte.ts';

function windowOver(count: number): ListWindow {
  const list = new ListWindow(() => count);
  list.height = 10 * ROW;
  return list;
}

/** As the browser scrolls: never beyond what is there. */
function scroll(list: ListWindow, to: number): void {
  list.scrollTop = Math.max(0, Math.min(to, list.tall - list.height));
}

test.each([30, 100_000, 1_000_000])('of %d rows all can be brought into sight', (count) => {
  const list = windowOver(count);
  for (const row of [0, 9, 10, Math.floor(count / 2), count - 1, count - 12, 0]) {
    scroll(list, list.scrollTo(row));
    const place = list.placeOf(row) - list.scrollTop;
    expect(place).toBeGreaterThanOrEqual(-0.01);
    expect(place + ROW).toBeLessThanOrEqual(list.height + 0.01);
    expect(list.rows).toContain(row);
    expect(list.rows.length).toBeLessThan(30);
  }
  scroll(list, Infinity);
  expect(list.rows.at(-1)).toBe(count - 1);
});

test('what is in sight is not scrolled; an empty list has no rows', () => {
  const list = windowOver(100);
  scroll(list, 20 * ROW);
  expect(list.scrollTo(25)).toBe(20 * ROW);
  expect(list.scrollTo(19)).toBe(19 * ROW);
  expect(windowOver(0).rows).toEqual([]);
});
