import { expect, test } from 'vitest';
import { MapSelection } from './map-selection.svelte.ts';
import type { ColumnData } from '../../src-main/drawing/map/point-data.ts';
import { NO_CODE } from '../../src-main/drawing/map/point-data.ts';
import { combine } from './selection-mode.ts';
import { histogramOf, topCategories } from './selection-statistics.ts';
import { ViewHistory } from './view-history.ts';
import { isNear } from '../../src-main/drawing/map/camera.ts';

test('a selection grows, shrinks and is undone', () => {
  expect(combine([1, 2], [2, 3], 'add')).toEqual([1, 2, 3]);
  expect(combine([1, 2], [2, 3], 'remove')).toEqual([1]);
  const selection = new MapSelection();
  selection.choose([1, 2], 'replace');
  selection.choose([1, 2], 'remove');
  expect(selection.ids).toBeNull();
  expect(selection.undo()).toBe(true);
  expect(selection.ids).toEqual([1, 2]);
  expect(selection.undo()).toBe(true);
  expect(selection.ids).toBeNull();
  expect(selection.undo()).toBe(false);
});

test('a selection is described by its genres and numbers', () => {
  const genre: ColumnData = {
    header: { kind: 'category', name: 'genre', count: 5, values: ['Jazz', 'Rock'], counts: [2, 2] },
    values: Uint16Array.of(0, 1, 1, 0, NO_CODE),
  };
  expect(topCategories(genre, [0, 1, 2, 4], 3)).toEqual([
    { label: 'Rock', count: 2 },
    { label: 'Jazz', count: 1 },
  ]);
  const tempo: ColumnData = {
    header: { kind: 'number', name: 'tempo', count: 5, unit: 'BPM', min: 80, max: 160 },
    values: Float32Array.of(80, 100, 120, 160, NaN),
  };
  const histogram = histogramOf(tempo, [0, 1, 2, 3, 4], 4)!;
  expect(histogram.counts).toEqual([1, 1, 1, 1]);
  expect(histogram.centres).toEqual([90, 110, 130, 150]);
  expect(histogramOf(tempo, [4], 4)).toBeNull();
  expect(histogramOf(tempo, [1], 4)!.counts.reduce((a, b) => a + b)).toBe(1);
});

const view = (offsetX: number): { scale: number; offsetX: number; offsetY: number } => ({
  scale: 1,
  offsetX,
  offsetY: 0,
});

test('views are gone back and forward through; a new one forgets what lay ahead', () => {
  const history = new ViewHistory(isNear);
  expect(history.go(-1)).toBeNull();
  for (const x of [0, 5, 100, 200]) history.record(view(x)); // 5 is too near to 0.
  expect(history.go(-1)).toEqual(view(100));
  expect(history.canGoForward).toBe(true);
  history.record(view(300));
  expect(history.canGoForward).toBe(false);
  expect(history.go(1)).toBeNull();
  expect(history.go(-1)).toEqual(view(100));
  expect(history.go(-1)).toEqual(view(0));
  expect(history.canGoBack).toBe(false);
});

test('all of the map is one view, however large the frame', () => {
  const history = new ViewHistory(isNear);
  history.record(view(0), true);
  history.record(view(100), true);
  expect(history.canGoBack).toBe(false);
  history.record(view(300));
  expect(history.go(-1)).toEqual(view(100));
});
