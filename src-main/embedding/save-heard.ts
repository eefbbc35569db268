import type { WritableDb } from '../database/room.ts';
import { saveFailure } from './failure-table.ts';
import { saveHeadScores } from './head-table.ts';
import type { Heard } from './listening.ts';
import { saveSegments } from './segment-table.ts';
import { saveVector } from './vector-table.ts';

/** Stores what a model heard in a recording, or why it could not, in one transaction. */
export function saveHeard(
  db: WritableDb,
  recordingId: number,
  heard: Heard,
  { keepSegments }: { keepSegments: boolean },
): void {
  const { version, model } = heard.active;
  db.transaction(() => {
    if (!('pooled' in heard)) return saveFailure(db, version, recordingId, heard);
    const { vector, starts, stretches, classes } = heard.pooled;
    saveVector(db, version, recordingId, vector);
    if (keepSegments) saveSegments(db, version, recordingId, { starts, vectors: stretches });
    const labels = classes.flatMap(({ index, probability }) => {
      const label = model.classes?.[index];
      return label ? [{ label, probability }] : [];
    });
    saveHeadScores(db, version, recordingId, labels);
  })();
}
