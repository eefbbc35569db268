import type { ReadableDb } from '../database/room.ts';

/** A track that was heard, as groups need it. */
export interface Member {
  trackId: number;
  recordingId: number;
  /** Seconds of sound that were analysed. */
  seconds: number;
}

/** Every track that was analysed and is not left out, in order of id. */
export function allMembers(db: ReadableDb): Map<number, Member> {
  const members = db
    .prepare(
      `SELECT t.id AS trackId, t.recording_id AS recordingId, r.analysed_seconds AS seconds
       FROM tracks t JOIN recordings r ON r.id = t.recording_id
       WHERE t.status <> 'excluded' ORDER BY t.id`,
    )
    .all() as Member[];
  return new Map(members.map((member) => [member.trackId, member]));
}
