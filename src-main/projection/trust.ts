import { Random } from '../base/random.ts';

export interface Trust {
  /** 0 to 1: neighbours on the map are neighbours in sound (Venna & Kaski 2001). */
  trustworthiness: number;
  /** 0 to 1: neighbours in sound are neighbours on the map. */
  continuity: number;
  /** 0 to 1: part of the k nearest in sound that are among the k nearest on the map. */
  recall: number;
}

/** Distances in the embedding from a row to all rows; any number that grows with the distance will do. */
export type DistancesOf = (row: number) => Float32Array | Promise<Float32Array>;

export interface TrustOptions {
  distancesOf: DistancesOf;
  /** n × dims. */
  points: Float32Array;
  dims: 2 | 3;
  k: number;
  seed: number;
  /** Above this number of points only as many are looked at (their distances go to all points). */
  sampleAbove?: number;
}

const SAMPLE = 1000;

/**
 * How far a map can be trusted. Same definitions as `sklearn.manifold.trustworthiness`; continuity is
 * the same with the spaces exchanged. `k` must be below n / 2 for the normalisation and is lowered to
 * it. Fewer than 3 points are always faithful.
 */
export async function measureTrust(options: TrustOptions): Promise<Trust> {
  const { distancesOf, points, dims, seed } = options;
  const n = points.length / dims;
  const k = Math.min(options.k, Math.ceil(n / 2) - 1);
  if (k < 1) return { trustworthiness: 1, continuity: 1, recall: 1 };
  const rows = chooseRows(n, options.sampleAbove ?? SAMPLE, seed);
  const onMapOf = distancesIn(points, dims);
  let intruders = 0;
  let missing = 0;
  let common = 0;
  for (const row of rows) {
    const inSound = await distancesOf(row);
    const onMap = onMapOf(row);
    for (const rank of ranksOf(inSound, row, nearestRows(onMap, row, k))) {
      intruders += Math.max(0, rank - k);
    }
    for (const rank of ranksOf(onMap, row, nearestRows(inSound, row, k))) {
      missing += Math.max(0, rank - k);
      common += Number(rank <= k);
    }
  }
  const scale = 2 / (rows.length * k * (2 * n - 3 * k - 1));
  return {
    trustworthiness: 1 - scale * intruders,
    continuity: 1 - scale * missing,
    recall: common / (rows.length * k),
  };
}

/** Squared Euclidean distances between the rows of a matrix. */
export function distancesIn(values: Float32Array, width: number): (row: number) => Float32Array {
  const n = values.length / width;
  return (row) => {
    const distances = new Float32Array(n);
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += (values[row * width + d] - values[j * width + d]) ** 2;
      distances[j] = sum;
    }
    return distances;
  };
}

/** The `k` rows with the smallest distances but `row` itself, nearest first, equal ones by row. */
function nearestRows(distances: Float32Array, row: number, k: number): Int32Array {
  const rows = new Int32Array(k).fill(-1);
  const best = new Float32Array(k).fill(Infinity);
  for (let j = 0; j < distances.length; j++) {
    const distance = distances[j];
    if (distance >= best[k - 1] || j === row) continue;
    let at = k - 1;
    for (; at > 0 && best[at - 1] > distance; at--) {
      best[at] = best[at - 1];
      rows[at] = rows[at - 1];
    }
    best[at] = distance;
    rows[at] = j;
  }
  return rows;
}

/** Per entry of `others` its rank by distance from `row` among all rows: 1 for the nearest. */
function ranksOf(distances: Float32Array, row: number, others: Int32Array): Int32Array {
  const order = Array.from(others.keys()).sort(
    (a, b) => distances[others[a]] - distances[others[b]],
  );
  const limits = Float32Array.from(order, (at) => distances[others[at]]);
  const farthest = limits[limits.length - 1];
  const below = new Int32Array(limits.length);
  for (let j = 0; j < distances.length; j++) {
    const distance = distances[j];
    if (distance >= farthest || j === row) continue;
    let at = limits.length - 1;
    while (at > 0 && distance < limits[at - 1]) at--;
    below[at]++;
  }
  const ranks = new Int32Array(others.length);
  let closer = 0;
  order.forEach((at, position) => {
    closer += below[position];
    ranks[at] = closer + 1;
  });
  return ranks;
}

/** A seeded sample without repetition (Fisher-Yates), ascending. */
function chooseRows(n: number, most: number, seed: number): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  if (n <= most) return rows;
  const random = new Random(seed);
  for (let i = 0; i < most; i++) {
    const other = i + Math.floor(random.next() * (n - i));
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  return rows.slice(0, most).sort();
}
