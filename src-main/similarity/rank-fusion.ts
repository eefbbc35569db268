/** How much the first ranks stand out (Cormack, Clarke & Büttcher 2009). */
const FLATNESS = 60;

/** What one model finds near, the nearest first, and how much it counts. */
export interface RankedList {
  ids: ArrayLike<number>;
  weight: number;
}

export interface Fused {
  id: number;
  /** 0 to 1: 1 where it is first in every list. */
  score: number;
  /** From 1, in the order of the lists; null where it is not among those found. */
  ranks: (number | null)[];
}

/** Reciprocal rank fusion: cosines of different models cannot be compared, ranks can. The best first. */
export function fuseRanks(lists: readonly RankedList[]): Fused[] {
  const best = lists.reduce((sum, { weight }) => sum + weight / (FLATNESS + 1), 0);
  const fused = new Map<number, Fused>();
  lists.forEach(({ ids, weight }, list) => {
    for (let at = 0; at < ids.length; at++) {
      const found = fused.get(ids[at]) ?? {
        id: ids[at],
        score: 0,
        ranks: lists.map(() => null),
      };
      found.score += weight / (FLATNESS + at + 1) / best;
      found.ranks[list] = at + 1;
      fused.set(ids[at], found);
    }
  });
  return [...fused.values()].sort((a, b) => b.score - a.score || a.id - b.id);
}
