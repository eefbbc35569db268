import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import type { Extent } from '../../src-main/drawing/map/camera.ts';

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

/** What holds both. */
export const unionOf = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.max(a[3], b[3]),
];
