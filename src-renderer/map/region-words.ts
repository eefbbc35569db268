import type { Region } from '../../src-main/projection/contract.ts';
import { plural } from '../ui/format.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A region in sentences: how large, how pure, and how much of it has no genre. */
export function describeRegion({ count, purity, unlabelled }: Region): string {
  const size = `${plural(count, 'track')}.`;
  if (unlabelled >= 1) return `${size} None of them has a genre in its tags.`;
  const pure =
    purity >= 0.995
      ? 'All that have a genre have the same one.'
      : `${percent(purity)} of those with a genre share the most frequent one.`;
  if (unlabelled < 0.005) return `${size} ${pure}`;
  return `${size} ${pure} ${percent(unlabelled)} have none.`;
}
