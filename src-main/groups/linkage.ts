/** A tree of groups: a leaf is a group's index; a branch joins two that were nearest on average. */
type Tree = { leaves: number[]; left: Tree; right: Tree } | { leaves: [number] };

/**
 * An order in which similar items stand together: hierarchical clustering by average linkage (Sokal and
 * Michener 1958), leaves from left to right as SciPy's `leaves_list` has them, or turned so that the sum of
 * distances between neighbours is smallest (Bar-Joseph, Gifford and Jaakkola 2001).
 * @param distances symmetric, n × n
 */
export function clusterOrder(
  distances: readonly number[][],
  { optimal }: { optimal: boolean },
): number[] {
  if (distances.length < 2) return distances.map((_, i) => i);
  const tree = averageLinkage(distances);
  return optimal ? optimalLeaves(tree, distances) : tree.leaves;
}

function averageLinkage(distances: readonly number[][]): Tree {
  let clusters: { id: number; tree: Tree }[] = distances.map((_, i) => ({
    id: i,
    tree: { leaves: [i] },
  }));
  for (let id = clusters.length; clusters.length > 1; id++) {
    const [a, b] = nearestPair(clusters, distances);
    const leaves = [...a.tree.leaves, ...b.tree.leaves];
    clusters = clusters.filter((cluster) => cluster !== a && cluster !== b);
    clusters.push({ id, tree: { leaves, left: a.tree, right: b.tree } });
  }
  return clusters[0].tree;
}

/** The older of the two first. */
function nearestPair<Cluster extends { tree: Tree }>(
  clusters: readonly Cluster[],
  distances: readonly number[][],
): [Cluster, Cluster] {
  let best: [Cluster, Cluster] = [clusters[0], clusters[1]];
  let smallest = Infinity;
  for (let j = 1; j < clusters.length; j++) {
    for (let i = 0; i < j; i++) {
      const apart = meanDistance(clusters[i].tree.leaves, clusters[j].tree.leaves, distances);
      if (apart < smallest) {
        smallest = apart;
        best = [clusters[i], clusters[j]];
      }
    }
  }
  return best;
}

function meanDistance(
  a: readonly number[],
  b: readonly number[],
  distances: readonly number[][],
): number {
  let sum = 0;
  for (const i of a) for (const j of b) sum += distances[i][j];
  return sum / (a.length * b.length);
}

/** The best order of a subtree that begins with leaf `first` and ends with leaf `last`. */
interface Path {
  length: number;
  order: number[];
}
type Paths = Map<number, Map<number, Path>>;

function optimalLeaves(tree: Tree, distances: readonly number[][]): number[] {
  let best: Path | null = null;
  for (const byLast of pathsOf(tree, distances).values()) {
    for (const path of byLast.values()) if (!best || path.length < best.length) best = path;
  }
  return best!.order;
}

function pathsOf(tree: Tree, distances: readonly number[][]): Paths {
  const [only] = tree.leaves;
  if (!('left' in tree)) {
    return new Map([[only, new Map([[only, { length: 0, order: [only] }]])]]);
  }
  const left = pathsOf(tree.left, distances);
  const right = pathsOf(tree.right, distances);
  const joined: Paths = new Map();
  const put = (first: number, last: number, path: Path): void => {
    if (!joined.has(first)) joined.set(first, new Map());
    joined.get(first)!.set(last, path);
  };
  for (const [first, leftPaths] of left) {
    const entries = bestEntries(leftPaths, right.keys(), distances);
    for (const last of right.keys()) {
      const path = bestExit(entries, last, right);
      put(first, last, path);
      put(last, first, { length: path.length, order: path.order.toReversed() });
    }
  }
  return joined;
}

/** For each leaf of the right side, the best way through the left side to it. */
function bestEntries(
  leftPaths: ReadonlyMap<number, Path>,
  targets: Iterable<number>,
  distances: readonly number[][],
): Map<number, Path> {
  const entries = new Map<number, Path>();
  for (const target of targets) {
    let best: Path | null = null;
    for (const [end, { length, order }] of leftPaths) {
      const total = length + distances[end][target];
      if (!best || total < best.length) best = { length: total, order };
    }
    entries.set(target, best!);
  }
  return entries;
}

function bestExit(entries: ReadonlyMap<number, Path>, last: number, right: Paths): Path {
  let best: { length: number; before: number[]; after: number[] } | null = null;
  for (const [entry, { length, order }] of entries) {
    const path = right.get(entry)!.get(last);
    if (!path) continue;
    const total = length + path.length;
    if (!best || total < best.length) best = { length: total, before: order, after: path.order };
  }
  return { length: best!.length, order: [...best!.before, ...best!.after] };
}
