import type { ColumnData } from './point-data.ts';
import { NO_CODE } from './point-data.ts';
import { CATEGORY_COLOURS, circleColour, NO_VALUE_COLOUR, sequenceColour } from './palette.ts';
import { SHAPES } from './shapes.ts';
import type { Shape } from './shapes.ts';

/** Points that share a colour and a line of the legend. */
export interface Group {
  label: string;
  colour: string;
  shape: Shape;
  count: number;
}

export interface Grouping {
  groups: Group[];
  /** Index into `groups` of each point. */
  groupOf: Uint8Array;
}

const STEPS = 8;

/** What the colour means, point by point; the last group is what has no value or is too rare for a colour. */
export function groupPoints(column: ColumnData | null, count: number, isDark: boolean): Grouping {
  if (!column) {
    const [colour] = CATEGORY_COLOURS[isDark ? 'dark' : 'light'];
    return {
      groups: [{ label: 'All tracks', colour, shape: 'circle', count }],
      groupOf: new Uint8Array(count),
    };
  }
  if (column.header.kind === 'number') return byNumber(column, isDark);
  return column.header.name === 'key' ? byKey(column, isDark) : byCategory(column, isDark);
}

function byCategory({ header, values }: ColumnData, isDark: boolean): Grouping {
  if (header.kind !== 'category') throw new TypeError('not a category');
  const colours = CATEGORY_COLOURS[isDark ? 'dark' : 'light'];
  const shown = Math.min(colours.length, header.values.length);
  const labels = header.values.slice(0, shown);
  const grouping = collect(
    values.length,
    [...labels, header.values.length > shown ? 'Others' : 'None'],
    colours.slice(0, shown),
    isDark,
    (i) => (values[i] === NO_CODE || values[i] >= shown ? shown : values[i]),
  );
  grouping.groups.forEach((group, i) => {
    if (i < shown) group.shape = SHAPES[i % SHAPES.length];
  });
  return grouping;
}

/** Keys lie on a circle, so their colours do too. */
function byKey({ header, values }: ColumnData, isDark: boolean): Grouping {
  if (header.kind !== 'category') throw new TypeError('not a category');
  const labels = header.values.slice(0, 24);
  const colours = labels.map((label) => circleColour(label, isDark));
  return collect(values.length, [...labels, 'Unknown'], colours, isDark, (i) =>
    values[i] === NO_CODE || values[i] >= labels.length ? labels.length : values[i],
  );
}

/** Equal shares of the tracks, so that one outlier does not take all colours; fewer where many are the same. */
function byNumber({ header, values }: ColumnData, isDark: boolean): Grouping {
  if (header.kind !== 'number') throw new TypeError('not a number');
  const { unit } = header;
  const sorted = Float32Array.from(values as Float32Array)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = edgesOf(sorted);
  const steps = edges.length - 1;
  const labels = edges.slice(0, -1).map((edge, i) => `${edge} to ${edges[i + 1]} ${unit}`.trim());
  if (sorted.length > 0 && steps < 1) labels.push(`${edges[0]} ${unit}`.trim());
  const colours = labels.map((_, i) => sequenceColour(i / Math.max(1, steps - 1), isDark));
  return collect(values.length, [...labels, 'Unknown'], colours, isDark, (i) => {
    const value = values[i];
    if (Number.isNaN(value)) return labels.length;
    let step = 0;
    while (step < steps - 1 && value > Number(edges[step + 1])) step++;
    return step;
  });
}

/** Between the steps, as they are read: none twice. */
function edgesOf(sorted: Float32Array): string[] {
  if (sorted.length === 0) return [];
  const last = sorted.length - 1;
  const range = sorted[last] - sorted[0];
  const digits = range > 20 ? 0 : range > 2 ? 1 : 2;
  const shares = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  return [...new Set(shares.map((share) => sorted[Math.round(share * last)].toFixed(digits)))];
}

function collect(
  count: number,
  labels: string[],
  colours: string[],
  isDark: boolean,
  groupAt: (i: number) => number,
): Grouping {
  const groupOf = new Uint8Array(count);
  const counts = new Array<number>(labels.length).fill(0);
  for (let i = 0; i < count; i++) {
    groupOf[i] = groupAt(i);
    counts[groupOf[i]]++;
  }
  const rest = NO_VALUE_COLOUR[isDark ? 'dark' : 'light'];
  const groups = labels.map((label, i) => ({
    label,
    colour: colours[i] ?? rest,
    shape: 'circle' as Shape,
    count: counts[i],
  }));
  return { groups, groupOf };
}
