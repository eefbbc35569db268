import type { ReadableDb } from '../database/room.ts';
import { labelSource } from './contract.ts';
import type { Label, LabelSet, LabelSource } from './contract.ts';
import { derivedValues } from './derived.ts';
import { NO_LABEL, storedLabels, trackFacts } from './label-table.ts';
import { renamesOf } from './set-table.ts';

const RANK = new Map(labelSource.options.map((source, rank) => [source, rank]));

/** Labels of every track's best source; `NO_LABEL` where that says that it carries none. */
function gather(
  db: ReadableDb,
  set: LabelSet,
  sources: readonly LabelSource[],
  trackId: number | null,
): Map<number, Label[]> {
  const best = new Map<number, Label[]>();
  const offer = (id: number, label: Label): void => {
    if (!sources.includes(label.source)) return;
    const known = best.get(id);
    const order = known ? RANK.get(label.source)! - RANK.get(known[0].source)! : -1;
    if (order < 0) best.set(id, [label]);
    else if (order === 0 && known && !known.some(({ value }) => value === label.value)) {
      known.push(label);
    }
  };
  for (const [labelled, value, source, confidence] of storedLabels(db, set.id, trackId)) {
    offer(labelled, { value, source, confidence });
  }
  if (set.tag !== null || set.folderDepth !== null) {
    const renames = renamesOf(db, set.id);
    const derive = (source: LabelSource) => (value: string) => ({
      value: renames.get(value) ?? value,
      source,
      confidence: 1,
    });
    for (const { id, ...facts } of trackFacts(db, trackId)) {
      const { tags, folder } = derivedValues(facts, set);
      for (const label of folder.map(derive('folder'))) offer(id, label);
      for (const label of tags.map(derive('tags'))) offer(id, label);
    }
  }
  return best;
}

/**
 * Labels of every track that has any, in order of its id: those of its best source, the surest first; one where the set is of
 * single values. Who was said by hand to carry none has none.
 * @param trackId only this one
 */
export function bestLabels(
  db: ReadableDb,
  set: LabelSet,
  sources: readonly LabelSource[] = labelSource.options,
  trackId: number | null = null,
): Map<number, Label[]> {
  return ordered(gather(db, set, sources, trackId), set.isMultiple);
}

/** In order of track id. */
function ordered(best: Map<number, Label[]>, isMultiple: boolean): Map<number, Label[]> {
  const result = new Map<number, Label[]>();
  for (const [trackId, labels] of [...best].sort(([a], [b]) => a - b)) {
    if (labels[0].value === NO_LABEL) continue;
    labels.sort((a, b) => b.confidence - a.confidence);
    result.set(trackId, isMultiple ? labels : labels.slice(0, 1));
  }
  return result;
}

/** Tracks of which the best of these sources says that they carry none of the set's labels, and which that is. */
export function deniedTracks(
  db: ReadableDb,
  set: LabelSet,
  sources: readonly LabelSource[] = labelSource.options,
): Map<number, LabelSource> {
  const denied = new Map<number, LabelSource>();
  for (const [trackId, [{ value, source }]] of gather(db, set, sources, null)) {
    if (value === NO_LABEL) denied.set(trackId, source);
  }
  return denied;
}
