import type { LatentPoint } from '../../src-main/autoencoder/contract.ts';

/** The labels that points carry, the most frequent first. */
export function labelsByFrequency(points: readonly LatentPoint[]): string[] {
  const counts = new Map<string, number>();
  for (const { label } of points) {
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}
