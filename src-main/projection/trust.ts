import { Random } from './random.ts';

export interface Trust {
  /** 0 to 1: neighbours on the map are neighbours in sound (Venna & Kaski 2001). */
  trustworthiness: number;
  /** 0 to 1: neighbours in sound are neighbours on the map. */
  continuity: number;
  /** 0 to 1: part of the k nearest in sound that are among the k nearest on the map. */
  recall: number;
  /** The points looked at: all of them, or a seeded sample. */
  rows: Int32Array;
  /** Recall of each of `rows`. */
  recallPerRow: Float32Array;
}

export interface TrustOptions {
  /** n × width, any scale; compared by Euclidean distance. */
  vectors: Float32Array;
  width: number;
  /** n × dims. */
  points: Float32Array;
  dims: 2 | 3;
  k: number;
  seed: number;
  /** Above this number of points only as many are looked at (their distances go to all points). */
  sampleAbove?: number;
}

const SAMPLE = 5000;

/**
 * How far a map can be trusted. Same definitions as `sklearn.manifold.trustworthiness`; continuity is
 * the same with the spaces exchanged. `k` must be below n / 2 for the normalisation and is lowered to
 * it. Fewer than 3 points are always faithful.
 */
export function measureTrust(options: TrustOptions): Trust {
  const { points, dims, seed } = options;
  const n = points.length / dims;
  const rows = chooseRows(n, options.sampleAbove ?? SAMPLE, seed);
  const k = Math.min(options.k, Math.ceil(n / 2) - 1);
  if (k < 1) {
    const recallPerRow = new Float32Array(n).fill(1);
    return { trustworthiness: 1, continuity: 1, recall: 1, rows, recallPerRow };
  }
  return measureRows(options, rows, n, k);
}

function measureRows(
  { vectors, width, points, dims }: TrustOptions,
  rows: Int32Array,
  n: number,
  k: number,
): Trust {
  const recallPerRow = new Float32Array(rows.length);
  let intruders = 0;
  let missing = 0;
  let common = 0;
  rows.forEach((row, r) => {
    const inSound = ranks(vectors, width, row, n);
    const onMap = ranks(points, dims, row, n);
    let shared = 0;
    for (let j = 0; j < n; j++) {
      if (j === row) continue;
      if (onMap[j] <= k && inSound[j] > k) intruders += inSound[j] - k;
      if (inSound[j] <= k && onMap[j] > k) missing += onMap[j] - k;
      if (inSound[j] <= k && onMap[j] <= k) shared++;
    }
    recallPerRow[r] = shared / k;
    common += shared;
  });
  const scale = 2 / (rows.length * k * (2 * n - 3 * k - 1));
  return {
    trustworthiness: 1 - scale * intruders,
    continuity: 1 - scale * missing,
    recall: common / (rows.length * k),
    rows,
    recallPerRow,
  };
}

/** Rank of every row by its distance to `row`, 1 for the nearest; equal distances by row number. */
function ranks(values: Float32Array, width: number, row: number, n: number): Int32Array {
  const distances = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (values[row * width + d] - values[j * width + d]) ** 2;
    distances[j] = sum;
  }
  distances[row] = -1;
  const order = Int32Array.from({ length: n }, (_, j) => j);
  order.sort((a, b) => distances[a] - distances[b] || a - b);
  const rank = new Int32Array(n);
  order.forEach((j, position) => (rank[j] = position));
  return rank;
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
