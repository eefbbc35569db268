/** How a table of numbers is coloured. Mixtures stay so near the ground that text on them can be read. */
export interface Heat {
  /** Share of the strongest colour, -1 (below nought) to 1, for each field. */
  share(row: number, column: number): number;
}

const STRONGEST_PER_CENT = 44;

/** Small values are strong: what is near stands out. */
export function nearIsStrong(values: (number | null)[][]): Heat {
  const known = values.flat().filter((value) => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  return {
    share: (row, column) => {
      const value = values[row][column];
      return value === null || high === low ? 0 : (high - value) / (high - low);
    },
  };
}

/** Nought is the ground; below it one colour, above it another. */
export function aroundNought(values: (number | null)[][]): Heat {
  const largest = Math.max(...values.flat().map((value) => Math.abs(value ?? 0)));
  return {
    share: (row, column) => (largest > 0 ? -(values[row][column] ?? 0) / largest : 0),
  };
}

/** A CSS colour: the accent for shares above nought, amber below. */
export function heatColour(share: number): string {
  const colour = share >= 0 ? 'var(--accent)' : '#d98324';
  const part = Math.abs(share) * STRONGEST_PER_CENT;
  return `color-mix(in srgb, ${colour} ${part.toFixed(1)}%, var(--surface))`;
}
