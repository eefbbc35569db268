import { expect, test } from 'vitest';
import { coveredBoxes, insetsOf } from './covering.ts';
import type { Covering } from './covering.ts';

const covering: Covering = {
  map: { width: 1000, height: 600 },
  toolsHeight: 34,
  panelWidth: 0,
  legend: { width: 160, height: 200 },
  isLegendWide: true,
  fine: { width: 300, height: 16 },
  controls: { width: 36, height: 210 },
};

test('all dots are shown beside the legend and the panel, where these leave room', () => {
  expect(insetsOf(covering)).toEqual({ top: 62, right: 180, bottom: 34, left: 8 });
  const narrow = insetsOf({ ...covering, isLegendWide: false, panelWidth: 372 });
  expect(narrow).toMatchObject({ right: 54, left: 372 });
});

test('names keep out of everything that lies over the map, and all of that lies within it', () => {
  const boxes = coveredBoxes({ ...covering, panelWidth: 372 });
  expect(boxes).toHaveLength(5);
  for (const { left, top, width, height } of boxes) {
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    expect(left + width).toBeLessThanOrEqual(1000);
    expect(top + height).toBeLessThanOrEqual(600);
  }
  expect(boxes[2]).toEqual({ left: 828, top: 54, width: 160, height: 200 });
});
