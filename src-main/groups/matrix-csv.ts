import { csvLine } from '../base/csv.ts';
import type { GroupMatrix } from './contract.ts';

/** The distances as a table: columns in the heading, a row per group. */
export const matrixCsv = ({ rows, columns, distances }: GroupMatrix): string =>
  [
    csvLine(['', ...columns.map(({ name }) => name)]),
    ...distances.map((row, r) =>
      csvLine([rows[r].name, ...row.map((value) => Number(value.toPrecision(9)))]),
    ),
  ].join('');
