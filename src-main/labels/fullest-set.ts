import type { LabelSet, LabelValue } from './contract.ts';

/** A value of fewer tracks can hardly be told from others. */
const LEAST_TRACKS = 3;
/** Names of people and records; with folders, what is asked about last. */
const NAMES = new Set(['artist', 'album', 'albumArtist']);

const isOfNames = ({ tag, folderDepth, isBuiltIn }: LabelSet): boolean =>
  (tag !== null && NAMES.has(tag)) || (isBuiltIn && folderDepth !== null);

/**
 * The set that a page about labels begins with: of those with two values of three tracks each, the one whose
 * such values the most tracks carry; artists, albums and folders only where no other set has.
 * @returns null where none has
 */
export function fullestSet(
  sets: LabelSet[],
  valuesOf: (set: LabelSet) => LabelValue[],
): LabelSet | null {
  const fullest = (some: LabelSet[]): LabelSet | null => {
    const counted = some.map((set) => ({ set, tracks: tracksTold(valuesOf(set)) }));
    const [best] = counted.toSorted((a, b) => b.tracks - a.tracks);
    return best && best.tracks > 0 ? best.set : null;
  };
  return fullest(sets.filter((set) => !isOfNames(set))) ?? fullest(sets.filter(isOfNames));
}

function tracksTold(values: LabelValue[]): number {
  const large = values.filter(({ count }) => count >= LEAST_TRACKS);
  return large.length < 2 ? 0 : large.reduce((sum, { count }) => sum + count, 0);
}
