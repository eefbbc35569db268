import type { DecodeResult } from '../audio/room.ts';
import type { ReadableDb, WritableDb } from '../database/room.ts';
import { saveVector } from '../embedding/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type { Features } from '../features/room.ts';
import type { WaitingTrack } from './work-table.ts';

/**
 * Stores what was heard, in one transaction: recording, vector and the track that holds it; `adopt` runs
 * inside. The same sound in another file is the same recording. Answers its id, or null, and stores nothing,
 * where the track went or its file changed while it was listened to.
 */
export function saveAnalysis(
  db: WritableDb,
  track: WaitingTrack,
  decoded: DecodeResult,
  features: Features,
  model: ModelVersion,
  adopt: (trackId: number, recordingId: number) => void,
): number | null {
  return db.transaction(() => {
    if (!isUnchanged(db, track)) return null;
    const recordingId = db
      .prepare(
        `INSERT INTO recordings (audio_hash, duration_seconds, analysed_seconds, passages, codec,
           sample_rate, channels, peaks, integrated_loudness, loudness_range, sample_peak, tempo,
           tempo_confidence, musical_key, key_confidence, analysed_at)
         VALUES (@audioHash, @durationSeconds, @analysedSeconds, @passages, @codec, @sampleRate,
           @channels, @peaks, @integratedLoudness, @loudnessRange, @samplePeak, @tempo,
           @tempoConfidence, @key, @keyConfidence, @analysedAt)
         ON CONFLICT (audio_hash) DO UPDATE SET
           tempo = excluded.tempo, tempo_confidence = excluded.tempo_confidence,
           musical_key = excluded.musical_key, key_confidence = excluded.key_confidence,
           integrated_loudness = excluded.integrated_loudness,
           loudness_range = excluded.loudness_range, analysed_at = excluded.analysed_at
         RETURNING id`,
      )
      .pluck()
      .get({
        audioHash: decoded.audioHash,
        durationSeconds: decoded.durationSeconds,
        analysedSeconds: decoded.analysedSeconds,
        passages: JSON.stringify(decoded.passages),
        codec: decoded.codec,
        sampleRate: decoded.sampleRate,
        channels: decoded.channels,
        peaks: Buffer.from(decoded.peaks),
        integratedLoudness: decoded.integratedLoudness,
        loudnessRange: decoded.loudnessRange,
        samplePeak: decoded.samplePeak,
        tempo: features.tempo,
        tempoConfidence: features.tempoConfidence,
        key: features.key,
        keyConfidence: features.keyConfidence,
        analysedAt: new Date().toISOString(),
      }) as number;
    saveVector(db, model, recordingId, features.vector);
    db.prepare(
      `UPDATE tracks SET recording_id = ?, partial_reason = ?, failure_code = NULL,
         failure_message = NULL, attempts = 0,
         status = CASE WHEN status IN ('excluded', 'missing') THEN status ELSE ? END WHERE id = ?`,
    ).run(recordingId, decoded.partial, decoded.partial ? 'partial' : 'analysed', track.id);
    adopt(track.id, recordingId);
    return recordingId;
  })();
}

/** Whether the file is still the one that was taken up. */
export function isUnchanged(db: ReadableDb, { id, size, modifiedMs }: WaitingTrack): boolean {
  const row = db
    .prepare('SELECT 1 FROM tracks WHERE id = ? AND size = ? AND modified_ms = ?')
    .get(id, size, modifiedMs);
  return row !== undefined;
}
