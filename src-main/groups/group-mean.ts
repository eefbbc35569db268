import type { SoundSpace } from './sound-space.ts';

/** The tracks of a group: their rows in the space, and how much each counts. */
export interface Members {
  rows: number[];
  weights: number[];
}

/** A group's mean, and the parts it can be put together from again. */
export interface GroupMean {
  mean: Float64Array;
  /** Sums of weighted vectors over equally large parts of the group, in random order. */
  parts: Float64Array[];
  partWeights: number[];
}

/**
 * Larger groups are drawn again in so many parts instead of track by track: the spread of the mean stays
 * the same, and the work does not grow with the library.
 */
const MOST_PARTS = 200;

export function meanOf(space: SoundSpace, members: Members, random: () => number): GroupMean {
  const { dims } = space;
  const count = Math.min(MOST_PARTS, members.rows.length);
  const parts = Array.from({ length: count }, () => new Float64Array(dims));
  const partWeights = new Array<number>(count).fill(0);
  const vector = new Float64Array(dims);
  shuffled(members.rows.length, random).forEach((member, i) => {
    const weight = members.weights[member];
    space.read(members.rows[member], vector);
    const part = parts[i % count];
    for (let d = 0; d < dims; d++) part[d] += weight * vector[d];
    partWeights[i % count] += weight;
  });
  const everyPart = parts.map((_, i) => i);
  return { mean: joinParts({ parts, partWeights }, everyPart), parts, partWeights };
}

/** The mean of the parts at these places, which may repeat. */
function joinParts(
  { parts, partWeights }: Pick<GroupMean, 'parts' | 'partWeights'>,
  places: readonly number[],
): Float64Array {
  const mean = new Float64Array(parts[0].length);
  let weight = 0;
  for (const place of places) {
    const part = parts[place];
    for (let d = 0; d < mean.length; d++) mean[d] += part[d];
    weight += partWeights[place];
  }
  return mean.map((sum) => sum / weight);
}

/** The mean of a group of the same size whose tracks are drawn from this one, with repeats. */
export function resampledMean(group: GroupMean, random: () => number): Float64Array {
  const count = group.parts.length;
  const places = group.parts.map(() => Math.floor(random() * count));
  return joinParts(group, places);
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
