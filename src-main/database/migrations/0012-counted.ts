/**
 * What is counted every second of a run is read from indexes alone: tracks by status and folder, seconds heard. So
 * are the genres that a map opens with.
 */
export const migration0012 = /* sql */ `
DROP INDEX tracks_by_status;
CREATE INDEX tracks_by_status ON tracks(status, folder_id, id, tagged_duration, recording_id);
DROP INDEX recordings_facts;
CREATE INDEX recordings_facts ON recordings(
  id, duration_seconds, tempo, integrated_loudness, musical_key, analysed_seconds);
CREATE INDEX tracks_by_genre ON tracks(genre, id);
`;
