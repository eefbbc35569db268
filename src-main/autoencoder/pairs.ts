import type { TrackRow } from '../library/contract.ts';

/**
 * Tracks whose titles are the same but for a word: `calm` here where the other has `storm`. An empty word
 * stands for nothing. Upper and lower case, and spaces around, do not count.
 */
export function partnersByTitle(
  tracks: readonly TrackRow[],
  [one, other]: readonly [string, string],
): [number, number][] {
  const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
  const [from, to] = [plain(one), plain(other)];
  if (from === to) return [];
  const byTitle = new Map<string, number[]>();
  for (const { id, title } of tracks) {
    const key = plain(title);
    byTitle.set(key, [...(byTitle.get(key) ?? []), id]);
  }
  const pairs: [number, number][] = [];
  for (const { id, title } of tracks) {
    const own = plain(title);
    if (from !== '' && !own.includes(from)) continue;
    const wanted = from === '' ? plain(`${own} ${to}`) : plain(own.replace(from, to));
    for (const partner of byTitle.get(wanted) ?? []) if (partner !== id) pairs.push([id, partner]);
  }
  return pairs;
}
