import { shuffled } from '../batches.ts';
import type { RandomNumbers } from '../scope.ts';

/** Numbers of rows. */
export interface Split {
  train: number[];
  heldOut: number[];
}

/**
 * Holds out about `part` of the groups of every class. A group is never divided, and its class is that of
 * its first row. A class with a single group stays in training as a whole.
 */
export function splitByGroup(
  labels: Int32Array,
  groups: Int32Array,
  part: number,
  random: RandomNumbers,
): Split {
  const groupsOfClass = new Map<number, number[]>();
  const seen = new Set<number>();
  groups.forEach((group, row) => {
    if (seen.has(group)) return;
    seen.add(group);
    const known = groupsOfClass.get(labels[row]);
    if (known) known.push(group);
    else groupsOfClass.set(labels[row], [group]);
  });
  const heldOut = new Set<number>();
  for (const [, own] of [...groupsOfClass].toSorted(([a], [b]) => a - b)) {
    const wanted = Math.max(1, Math.round(part * own.length));
    const count = part === 0 || own.length < 2 ? 0 : Math.min(wanted, own.length - 1);
    for (const group of shuffled(own, random).slice(0, count)) heldOut.add(group);
  }
  const rows = Array.from(groups.keys());
  return {
    train: rows.filter((row) => !heldOut.has(groups[row])),
    heldOut: rows.filter((row) => heldOut.has(groups[row])),
  };
}

/**
 * As many rows of every class as the largest has: each row once, then draws with replacement (bootstrap)
 * from the rows of the smaller classes.
 */
export function balancedRows(
  rows: readonly number[],
  labels: Int32Array,
  random: RandomNumbers,
): number[] {
  const ofClass = Map.groupBy(rows, (row) => labels[row]);
  const most = Math.max(0, ...Array.from(ofClass.values(), ({ length }) => length));
  return [...ofClass.values()].flatMap((own) => [
    ...own,
    ...Array.from({ length: most - own.length }, () => own[Math.floor(random.next() * own.length)]),
  ]);
}
