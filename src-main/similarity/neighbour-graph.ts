import { approximateGraph } from './approximate-graph.ts';
import type { GraphOptions } from './approximate-graph.ts';
import { VectorIndex } from './nearest.ts';
import type { NeighbourGraph } from './nearest.ts';

/** Up to here all pairs cost less than a second; above, the approximate graph costs less. */
const EXACT_UP_TO = 5000;

/**
 * The kNN graph of the rows: exact for small libraries, above them about 99 % of the true neighbours.
 * The same input gives the same graph.
 * @param vectors n × dims, rows of length one
 * @throws AppError `cancelled` after `signal`, `unavailable` without memory
 */
export async function neighbourGraph(
  vectors: Float32Array,
  dims: number,
  k: number,
  options: GraphOptions,
): Promise<NeighbourGraph> {
  const n = vectors.length / dims || 0;
  if (n > EXACT_UP_TO) return approximateGraph(vectors, dims, k, options);
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const index = await VectorIndex.create(vectors, rows, options);
  try {
    return await index.allNearest(k, options.onProgress, options.signal);
  } finally {
    await index.close();
  }
}
