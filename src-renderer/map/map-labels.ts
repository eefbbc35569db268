import type { ColumnData } from './point-data.ts';
import type { Point } from './camera.ts';

/** A word on the map, at the densest place of what it names. */
export interface MapLabel extends Point {
  text: string;
  count: number;
}

const CELLS = 40;
const MAX_LABELS = 60;
const MIN_TRACKS = 2;

/** Labels of the largest categories, largest first. */
export function placeLabels(column: ColumnData, coordinates: Float32Array): MapLabel[] {
  const { header, values } = column;
  if (header.kind !== 'category') return [];
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    left = Math.min(left, coordinates[2 * i]);
    right = Math.max(right, coordinates[2 * i]);
    bottom = Math.min(bottom, coordinates[2 * i + 1]);
    top = Math.max(top, coordinates[2 * i + 1]);
  }
  const cell = Math.max(right - left, top - bottom) / CELLS || 1;
  const shown = Math.min(MAX_LABELS, header.values.length);
  const cells = Array.from(
    { length: shown },
    () => new Map<number, { n: number; x: number; y: number }>(),
  );
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= shown) continue;
    const [x, y] = [coordinates[2 * i], coordinates[2 * i + 1]];
    const key = Math.floor((x - left) / cell) * (CELLS + 2) + Math.floor((y - bottom) / cell);
    const sum = cells[values[i]].get(key) ?? { n: 0, x: 0, y: 0 };
    cells[values[i]].set(key, { n: sum.n + 1, x: sum.x + x, y: sum.y + y });
  }
  return cells.flatMap((byCell, code) => {
    if (header.counts[code] < MIN_TRACKS) return [];
    const densest = [...byCell.values()].reduce((a, b) => (b.n > a.n ? b : a));
    const { n, x, y } = densest;
    return { text: header.values[code], count: header.counts[code], x: x / n, y: y / n };
  });
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Keeps boxes, first come first kept, that overlap none kept before. */
export function withoutOverlaps<Item extends Box>(boxes: Item[]): Item[] {
  const kept: Item[] = [];
  for (const box of boxes) {
    const overlaps = kept.some(
      (other) =>
        box.left < other.left + other.width &&
        other.left < box.left + box.width &&
        box.top < other.top + other.height &&
        other.top < box.top + box.height,
    );
    if (!overlaps) kept.push(box);
  }
  return kept;
}
