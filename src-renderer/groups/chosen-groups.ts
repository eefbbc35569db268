import type { GroupSource } from '../../src-main/groups/contract.ts';

/** A set that is no set of labels: what the player has in its queue, as one group. */
export const QUEUE = 'queue:';

/** What one side of the comparison is made of, as the form has it. */
export interface ChosenGroups {
  /** Name of a label set, or `QUEUE`. */
  set: string;
  /** None: the largest groups. */
  values: string[];
}

/** Null where nothing is chosen yet. */
export function toSource({ set, values }: ChosenGroups, queue: number[]): GroupSource | null {
  if (set === QUEUE) {
    return queue.length > 0 ? { lists: [{ name: 'The queue', trackIds: queue }] } : null;
  }
  return values.length > 0 ? { set, values } : { set };
}
