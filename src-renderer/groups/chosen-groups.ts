import type { GroupSource } from '../../src-main/groups/contract.ts';

/** A set that is no set of labels: what the player has in its queue, as one group. */
export const QUEUE = 'queue:';
/** Playlist files that the user chose, each as a group. */
export const PLAYLISTS = 'playlists:';

/** What one side of the comparison is made of, as the form has it. */
export interface ChosenGroups {
  /** Name of a label set, `QUEUE` or `PLAYLISTS`. */
  set: string;
  /** None: the largest groups. */
  values: string[];
  /** Of the playlists. */
  lists: { name: string; trackIds: number[] }[];
}

/** Null where nothing is chosen yet. */
export function toSource(
  { set, values, lists }: ChosenGroups,
  queue: number[],
): GroupSource | null {
  if (set === QUEUE) {
    return queue.length > 0 ? { lists: [{ name: 'The queue', trackIds: queue }] } : null;
  }
  if (set === PLAYLISTS) return lists.length > 0 ? { lists } : null;
  return values.length > 0 ? { set, values } : { set };
}
