import { expect, test } from 'vitest';
import { MapSelection } from '../map/map-selection.svelte.ts';
import type { Transport } from '../transport/transport.ts';
import { ChosenRows } from './chosen-rows.ts';

/** A list of tracks 10, 11, 12, …; answers come when they are let go. */
function listOf(count: number) {
  const ids = Array.from({ length: count }, (_, i) => 10 + i);
  const waiting: (() => void)[] = [];
  const transport = {
    call: (_name: string, { offset = 0, limit = count }) =>
      new Promise((answer) => waiting.push(() => answer(ids.slice(offset, offset + limit)))),
  } as unknown as Transport;
  const chosen = new MapSelection();
  return { rows: new ChosenRows(transport, chosen), chosen, waiting };
}

test('a stretch reaches from the anchor in both directions, and may be added', async () => {
  const { rows, chosen, waiting } = listOf(50);
  const reach = async (to: number, isAdded = false): Promise<void> => {
    const done = rows.reach({}, to, isAdded);
    waiting.pop()!();
    await done;
  };
  rows.leave(3, 13);
  await reach(5);
  expect(chosen.ids).toEqual([13, 14, 15]);
  await reach(1);
  expect(chosen.ids).toEqual([11, 12, 13]);
  rows.toggle(20, 30, null);
  await reach(21, true);
  expect(chosen.ids).toEqual([11, 12, 13, 30, 31]);
});

test('single ones are taken in and out; the one in detail counts as the first', () => {
  const { rows, chosen } = listOf(50);
  rows.leave(0, 10);
  rows.toggle(4, 14, 10);
  expect(chosen.ids).toEqual([10, 14]);
  rows.toggle(0, 10, 10);
  expect(chosen.ids).toEqual([14]);
  rows.leave(4, 14);
  expect(chosen.ids).toEqual([14]);
  rows.leave(5, 15);
  expect(chosen.ids).toBeNull();
  rows.toggle(5, 15, 15);
  expect(chosen.ids).toEqual([15]);
});

test('of answers that come late only the last one that was asked for stands', async () => {
  const { rows, chosen, waiting } = listOf(50);
  const asked = [rows.reach({}, 30, false), rows.reach({}, 2, false)];
  waiting[1]();
  waiting[0]();
  await Promise.all(asked);
  expect(chosen.ids).toEqual([10, 11, 12]);
  const late = rows.all({});
  rows.leave(40, 50);
  waiting[2]();
  await late;
  expect(chosen.ids).toBeNull();
});
