import { beforeEach, expect, test } from 'vitest';
import type { Transport } from '../transport/transport.ts';
import { TrackPages } from './track-pages.svelte.ts';

const TOTAL = 100_000;
let asked: { offset: number; answer: () => void; fail: () => void }[];
let name: string;
let pages: TrackPages;

beforeEach(() => {
  asked = [];
  name = 'track';
  const transport = {
    call: (_: string, { offset, limit }: { offset: number; limit: number }) =>
      new Promise((resolve, reject) => {
        const tracks = Array.from({ length: limit }, (_, i) => ({
          title: `${name} ${offset + i}`,
        }));
        const answer = (): void => resolve({ total: TOTAL, tracks });
        asked.push({ offset, answer, fail: () => reject(new Error('gone')) });
      }),
  } as unknown as Transport;
  pages = new TrackPages(transport);
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
async function answerAll(): Promise<void> {
  for (const one of asked.splice(0)) one.answer();
  await settled();
}
async function open(): Promise<void> {
  const done = pages.ask({});
  await answerAll();
  await done;
}

test('whoever scrolls fast waits for the rows in view only, not for those passed by', async () => {
  await open();
  for (let row = 0; row < TOTAL; row += 1000) pages.show(row, row + 20);
  expect(asked.map(({ offset }) => offset)).toEqual([1000]);
  await answerAll();
  expect(asked.map(({ offset }) => offset)).toEqual([99_000]);
  await answerAll();
  expect(pages.row(99_010)?.title).toBe('track 99010');
  expect(asked).toEqual([]);
});

test('what is read anew are all pages in view', async () => {
  await open();
  pages.show(190, 210);
  await answerAll();
  name = 'renamed';
  const done = pages.refresh(190, 210);
  await answerAll();
  await done;
  expect([pages.row(199)?.title, pages.row(200)?.title]).toEqual(['renamed 199', 'renamed 200']);
});

test('a row can be waited for; a page that failed is asked for again when it is shown', async () => {
  await open();
  const row = pages.fetchRow(50_001);
  await answerAll();
  expect((await row)?.title).toBe('track 50001');
  pages.show(400, 420);
  asked.splice(0)[0].fail();
  await settled();
  expect([pages.row(410), asked.length]).toEqual([undefined, 0]);
  pages.show(400, 421);
  await answerAll();
  expect(pages.row(410)?.title).toBe('track 410');
});
