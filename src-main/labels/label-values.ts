import type { Label, LabelValue } from './contract.ts';

/** How many tracks carry each value, and from where; the most frequent first. */
export function countValues(labelsOfTracks: Iterable<Label[]>): LabelValue[] {
  const values = new Map<string, LabelValue>();
  for (const labels of labelsOfTracks) {
    for (const { value, source } of labels) {
      const known = values.get(value) ?? { value, count: 0, sources: {} };
      values.set(value, known);
      known.count++;
      known.sources[source] = (known.sources[source] ?? 0) + 1;
    }
  }
  return [...values.values()].sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
}
