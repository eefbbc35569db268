import type { GroupSource } from './contract.ts';
import { MOST_GROUPS } from './contract.ts';
import type { NamedMembers } from './matrix.ts';
import type { Member } from './member-table.ts';

export interface ChosenGroups {
  groups: NamedMembers[];
  /** How many more there are than fit. */
  leftOut: number;
}

/** The tracks of each group of a source; the same sound twice in a group counts once. */
export function chooseGroups(
  source: GroupSource,
  members: ReadonlyMap<number, Member>,
  labelsOf: (set: string) => ReadonlyMap<number, readonly string[]>,
): ChosenGroups {
  if ('lists' in source) {
    const groups = source.lists.map(({ name, trackIds }) => toGroup(name, trackIds, members));
    return { groups, leftOut: 0 };
  }
  const tracksOf = Map.groupBy(
    [...labelsOf(source.set)].flatMap(([trackId, values]) =>
      values.map((value) => ({ trackId, value })),
    ),
    ({ value }) => value,
  );
  const all = [...tracksOf].map(([name, tracks]) =>
    toGroup(
      name,
      tracks.map(({ trackId }) => trackId),
      members,
    ),
  );
  return source.values ? theNamed(all, source.values) : theLargest(all);
}

function toGroup(
  name: string,
  trackIds: readonly number[],
  members: ReadonlyMap<number, Member>,
): NamedMembers {
  const group: NamedMembers = { name, trackIds: [], recordingIds: [], seconds: [] };
  const seen = new Set<number>();
  for (const trackId of trackIds) {
    const member = members.get(trackId);
    if (!member || seen.has(member.recordingId)) continue;
    seen.add(member.recordingId);
    group.trackIds.push(trackId);
    group.recordingIds.push(member.recordingId);
    group.seconds.push(member.seconds);
  }
  return group;
}

function theNamed(all: NamedMembers[], names: readonly string[]): ChosenGroups {
  const byName = new Map(all.map((group) => [group.name, group]));
  return { groups: names.flatMap((name) => byName.get(name) ?? []), leftOut: 0 };
}

/** In the order of their names, numbers by their size. */
function theLargest(all: NamedMembers[]): ChosenGroups {
  const largest = all
    .filter(({ trackIds }) => trackIds.length > 0)
    .sort((a, b) => b.trackIds.length - a.trackIds.length);
  const groups = largest
    .slice(0, MOST_GROUPS)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return { groups, leftOut: largest.length - groups.length };
}
