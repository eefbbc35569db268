import { registerMap } from './registration.ts';

export interface MapPoints {
  recordingIds: Int32Array;
  coordinates: Float32Array;
}

/**
 * How far each recording that is on both maps lies from where it was, the farthest first. The second map
 * is laid over the first for it; distances are parts of the first map's longest side.
 */
export function movedRecordings(
  from: MapPoints,
  to: MapPoints,
  dims: 2 | 3,
  count: number,
): { recordingId: number; distance: number }[] {
  const rowOf = new Map(Array.from(from.recordingIds, (id, row) => [id, row]));
  const shared = Array.from(to.recordingIds.keys()).filter((row) =>
    rowOf.has(to.recordingIds[row]),
  );
  const targets = new Float32Array(shared.length * dims);
  shared.forEach((row, i) => {
    const old = rowOf.get(to.recordingIds[row])! * dims;
    targets.set(from.coordinates.subarray(old, old + dims), i * dims);
  });
  const points = registerMap(to.coordinates, dims, shared, targets);
  const side = longestSide(from.coordinates, dims);
  const moved = shared.map((row, i) => {
    const axes = Array.from(
      { length: dims },
      (_, d) => points[row * dims + d] - targets[i * dims + d],
    );
    return { recordingId: to.recordingIds[row], distance: Math.hypot(...axes) / side };
  });
  return moved
    .sort((a, b) => b.distance - a.distance || a.recordingId - b.recordingId)
    .slice(0, count);
}

function longestSide(points: Float32Array, dims: number): number {
  let longest = 0;
  for (let d = 0; d < dims; d++) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = d; at < points.length; at += dims) {
      low = Math.min(low, points[at]);
      high = Math.max(high, points[at]);
    }
    longest = Math.max(longest, high - low);
  }
  return longest > 0 ? longest : 1;
}
