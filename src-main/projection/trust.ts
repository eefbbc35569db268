import { Random } from './random.ts';

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
    const inSound = new Ranks(await distancesOf(row), row);
    const onMap = new Ranks(onMapOf(row), row);
    for (const j of onMap.nearest(k)) intruders += Math.max(0, inSound.rankOf(j) - k);
    for (const j of inSound.nearest(k)) {
      const beyond = onMap.rankOf(j) - k;
      if (beyond > 0) missing += beyond;
      else common++;
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

/** Ranks of all rows by their distance to one: 1 for the nearest. */
class Ranks {
  readonly #distances: Float32Array;
  /** Ascending; the row itself comes first. */
  readonly #sorted: Float32Array;
  readonly #row: number;

  constructor(distances: Float32Array, row: number) {
    this.#distances = distances;
    this.#distances[row] = -Infinity;
    this.#sorted = distances.slice().sort();
    this.#row = row;
  }

  rankOf(j: number): number {
    const distance = this.#distances[j];
    let low = 1;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < distance) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the last of them are equally far the lower rows count. */
  nearest(k: number): number[] {
    const limit = this.#sorted[k];
    const closer: number[] = [];
    const level: number[] = [];
    this.#distances.forEach((distance, j) => {
      if (j === this.#row) return;
      if (distance < limit) closer.push(j);
      else if (distance === limit) level.push(j);
    });
    return [...closer, ...level.slice(0, k - closer.length)];
  }
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
