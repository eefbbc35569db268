import { NO_CODE } from '../../src-main/drawing/map/point-data.ts';
import type { ColumnData } from '../../src-main/drawing/map/point-data.ts';

export interface Share {
  label: string;
  count: number;
}

/** The categories that most of some points carry, most frequent first. */
export function topCategories(column: ColumnData, indices: number[], most: number): Share[] {
  const { header, values } = column;
  if (header.kind !== 'category') return [];
  const counts = new Map<number, number>();
  for (const i of indices) {
    if (values[i] !== NO_CODE) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || a - b)
    .slice(0, most)
    .map(([code, count]) => ({ label: header.values[code] ?? '', count }));
}

export interface Histogram {
  /** Middle of each bin. */
  centres: number[];
  counts: number[];
  unit: string;
  median: number;
}

/** Bins of one width over the middle 98 %; what lies outside counts in the outermost. Null without values. */
export function histogramOf(column: ColumnData, indices: number[], bins: number): Histogram | null {
  const { header, values } = column;
  if (header.kind !== 'number') return null;
  const sorted = Float32Array.from(indices, (i) => values[i])
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) return null;
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const low = at(0.01);
  const width = (at(0.99) - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) {
    counts[Math.max(0, Math.min(bins - 1, Math.floor((value - low) / width)))]++;
  }
  const centres = counts.map((_, bin) => low + (bin + 0.5) * width);
  return { centres, counts, unit: header.unit, median: at(0.5) };
}
