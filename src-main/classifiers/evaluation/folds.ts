import { Random } from '../../base/random.ts';

/**
 * Deals groups out to folds so that every fold has about the same share of every class; a group is never
 * divided (as scikit-learn's StratifiedGroupKFold).
 * @param classes class of each item
 * @param groups group of each item, such as its album
 * @returns the fold of each item, 0 to `count` - 1
 */
export function dealFolds(
  classes: ArrayLike<number>,
  groups: ArrayLike<number>,
  count: number,
  seed: number,
): Int32Array {
  const classCount = Math.max(-1, ...Array.from(classes)) + 1;
  const tallies = new Map<number, number[]>();
  for (let i = 0; i < classes.length; i++) {
    const tally = tallies.get(groups[i]) ?? new Array<number>(classCount).fill(0);
    tally[classes[i]]++;
    tallies.set(groups[i], tally);
  }
  const totals = new Array<number>(classCount).fill(0);
  for (const tally of tallies.values()) tally.forEach((n, c) => (totals[c] += n));
  const dealt = Array.from({ length: count }, () => new Array<number>(classCount).fill(0));
  const foldOf = new Map<number, number>();
  for (const [group, tally] of largestFirst(tallies, new Random(seed))) {
    const fold = bestFold(dealt, tally, totals);
    tally.forEach((n, c) => (dealt[fold][c] += n));
    foldOf.set(group, fold);
  }
  return Int32Array.from({ length: classes.length }, (_, i) => foldOf.get(groups[i])!);
}

/** Those that are hardest to place come first; the seed decides among equals. */
function largestFirst(tallies: Map<number, number[]>, random: Random): [number, number[]][] {
  const entries = [...tallies].sort(([a], [b]) => a - b);
  const keyed = entries.map((entry) => ({ entry, size: Math.max(...entry[1]), by: random.next() }));
  return keyed.sort((a, b) => b.size - a.size || a.by - b.by).map(({ entry }) => entry);
}

/** Where the classes end up most even; among equals the emptiest fold. */
function bestFold(dealt: number[][], tally: number[], totals: number[]): number {
  const scores = dealt.map((own, fold) => {
    let unevenness = 0;
    tally.forEach((n, c) => {
      if (totals[c] === 0) return;
      const shares = dealt.map((other, f) => (other[c] + (f === fold ? n : 0)) / totals[c]);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      unevenness += Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0));
    });
    return { fold, unevenness, size: own.reduce((sum, n) => sum + n, 0) };
  });
  scores.sort((a, b) => a.unevenness - b.unevenness || a.size - b.size || a.fold - b.fold);
  return scores[0].fold;
}
