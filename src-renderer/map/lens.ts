import type { Grouping } from '../../src-main/drawing/map/groups.ts';

/** The colours of one map carried to another by track, so that one legend holds for both. */
export function carryGrouping(
  { groups, groupOf }: Grouping,
  indexOf: (trackId: number) => number,
  trackIds: Int32Array,
): Grouping {
  const rest = groups.length - 1;
  const carried = Uint8Array.from(trackIds, (id) => {
    const i = indexOf(id);
    return i < 0 ? rest : groupOf[i];
  });
  const counts = new Array<number>(groups.length).fill(0);
  for (const group of carried) counts[group]++;
  return { groups: groups.map((group, i) => ({ ...group, count: counts[i] })), groupOf: carried };
}
