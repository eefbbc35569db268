import type { KnnGraph } from './fuzzy-graph.ts';
import { PointTree, squaredDistance } from './map-neighbours.ts';

/** True neighbours are looked for so many per track. */
export const TRUE_NEIGHBOURS = 15;
/** Near on the map: among so many times the true neighbours. */
const REACH = 3;

export interface TrackTrust {
  /** Per row the share of its 15 nearest in the embedding that are among its 45 nearest on the map. */
  trust: Float32Array;
  /** Per row bit i: neighbour i is near. */
  near: Uint16Array;
}

/**
 * @param graph at least 15 neighbours per row, where there are as many
 * @param points n × dims
 */
export function trustPerTrack(graph: KnnGraph, points: Float32Array, dims: 2 | 3): TrackTrust {
  const n = points.length / dims;
  const k = Math.min(TRUE_NEIGHBOURS, graph.k);
  const trust = new Float32Array(n).fill(1);
  const near = new Uint16Array(n);
  if (k === 0) return { trust, near };
  const tree = new PointTree(points, dims);
  for (let row = 0; row < n; row++) {
    const radius = tree.radius(row, REACH * k);
    let count = 0;
    for (let e = 0; e < k; e++) {
      const other = graph.indices[row * graph.k + e];
      if (squaredDistance(points, dims, row, other) > radius) continue;
      near[row] |= 1 << e;
      count++;
    }
    trust[row] = count / k;
  }
  return { trust, near };
}
