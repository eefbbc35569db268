import type { Panel } from '../../src-main/journey/contract.ts';
import { formatTime } from '../ui/format.ts';

/** What a panel shows, in a sentence for those who do not see it. */
export function summarise(
  { name, rows, rowNames }: Panel,
  bytes: Uint8Array,
  columns: number,
  secondsOf: (share: number) => number,
): string {
  const when = (column: number): string =>
    formatTime(secondsOf((column + 0.5) / columns)) || '0:00';
  if (name === 'waveform') {
    const heights = Array.from({ length: columns }, (_, c) => bytes[columns + c] - bytes[c]);
    return `It swings most at ${when(indexOfLargest(heights))}.`;
  }
  const means = Array.from({ length: rows }, (_, r) =>
    mean(bytes.subarray(r * columns, (r + 1) * columns)),
  );
  const strongest = rowNames[indexOfLargest(means)];
  const sums = Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += bytes[r * columns + c];
    return sum;
  });
  if (name === 'mfcc' || name === 'tonnetz') {
    return `It changes most around ${when(indexOfLargest(changes(bytes, rows, columns)))}.`;
  }
  if (name === 'chroma') return `The strongest note over the whole track is ${strongest}.`;
  if (name === 'tempogram') return `The strongest pulse over the whole track is ${strongest}.`;
  return `The loudest band over the whole track lies at ${strongest}; most sounds at ${when(indexOfLargest(sums))}.`;
}

function changes(bytes: Uint8Array, rows: number, columns: number): number[] {
  return Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows && c > 0; r++) {
      sum += Math.abs(bytes[r * columns + c] - bytes[r * columns + c - 1]);
    }
    return sum;
  });
}

const mean = (values: Uint8Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const indexOfLargest = (values: readonly number[]): number =>
  values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
