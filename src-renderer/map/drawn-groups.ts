import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import { NO_VALUE_COLOUR } from '../../src-main/drawing/map/palette.ts';
import type { PointData } from '../../src-main/drawing/map/point-data.ts';
import type { ColouredPoints } from './point-layer.ts';

/** Points sorted by colour for drawing, with the numbers that they have in the map. */
export interface DrawnGroup extends ColouredPoints {
  group: number;
  members: Int32Array;
}

/** Opacity of what is hidden, of what is usual. */
const FAINT = 0.3;

/** What is grey comes first, so that it lies beneath. Empty groups are left out. */
export function drawnGroups(
  points: PointData,
  { groups, groupOf }: Grouping,
  hidden: ReadonlySet<number>,
  isDark: boolean,
): DrawnGroup[] {
  const { count, dims, coordinates } = points;
  const grey = NO_VALUE_COLOUR[isDark ? 'dark' : 'light'];
  const members = groups.map((group) => new Int32Array(group.count));
  const places = groups.map((group) => new Float32Array(dims * group.count));
  const filled = groups.map(() => 0);
  for (let i = 0; i < count; i++) {
    const group = groupOf[i];
    const at = filled[group]++;
    members[group][at] = i;
    for (let d = 0; d < dims; d++) places[group][dims * at + d] = coordinates[dims * i + d];
  }
  const drawn = groups.map(({ colour, shape }, group) => ({
    group,
    members: members[group],
    coordinates: places[group],
    shape,
    colour: hidden.has(group) ? grey : colour,
    opacity: hidden.has(group) ? FAINT : 1,
  }));
  const isGrey = ({ group, colour }: DrawnGroup): number =>
    hidden.has(group) ? 0 : colour === grey ? 1 : 2;
  return drawn
    .filter((group) => group.members.length > 0)
    .sort((a, b) => isGrey(a) - isGrey(b) || b.members.length - a.members.length);
}
