import type { ColumnData } from '../../src-shared/map/point-data.ts';

/** A word on the map, beside the densest place of what it names. */
export interface MapLabel {
  text: string;
  count: number;
  x: number;
  /** Upper and lower edge of the dense place. */
  top: number;
  bottom: number;
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
  const columns = CELLS + 2;
  const cellOf = (i: number): number =>
    Math.floor((coordinates[2 * i] - left) / cell) * columns +
    Math.floor((coordinates[2 * i + 1] - bottom) / cell);
  const counts = Array.from({ length: shown }, () => new Map<number, number>());
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= shown) continue;
    const byCell = counts[values[i]];
    byCell.set(cellOf(i), (byCell.get(cellOf(i)) ?? 0) + 1);
  }
  const cores = counts.map((byCell) => densestCell(byCell, columns));
  const sums = cores.map(() => ({ n: 0, x: 0, top: -Infinity, bottom: Infinity }));
  for (let i = 0; i < values.length; i++) {
    const code = values[i];
    if (code >= shown || !isBeside(cellOf(i), cores[code], columns)) continue;
    const sum = sums[code];
    sum.n++;
    sum.x += coordinates[2 * i];
    sum.top = Math.max(sum.top, coordinates[2 * i + 1]);
    sum.bottom = Math.min(sum.bottom, coordinates[2 * i + 1]);
  }
  return sums.flatMap(({ n, x, top, bottom }, code) =>
    header.counts[code] < MIN_TRACKS || n === 0
      ? []
      : { text: header.values[code], count: header.counts[code], x: x / n, top, bottom },
  );
}

/** The cell with the most tracks in it and around it. */
function densestCell(byCell: Map<number, number>, columns: number): number {
  let best = -1;
  let most = 0;
  for (const cell of byCell.keys()) {
    let around = 0;
    for (const dx of [-columns, 0, columns]) {
      for (const dy of [-1, 0, 1]) around += byCell.get(cell + dx + dy) ?? 0;
    }
    if (around > most) [best, most] = [cell, around];
  }
  return best;
}

function isBeside(cell: number, core: number, columns: number): boolean {
  const across = Math.floor(cell / columns) - Math.floor(core / columns);
  return Math.abs(across) <= 1 && Math.abs((cell % columns) - (core % columns)) <= 1;
}
