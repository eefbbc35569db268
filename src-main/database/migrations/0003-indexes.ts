/**
 * Rows of vectors are as large as a page of the file, so that asking which there are read all of it: seconds at
 * 100,000 tracks. These answer by themselves, as do those of tracks for the counts of a map.
 */
export const migration0003 = /* sql */ `
CREATE INDEX vectors_by_recording ON vectors(recording_id, model, model_version);
CREATE INDEX vectors_by_model ON vectors(model, model_version, recording_id);
DROP INDEX tracks_by_recording;
CREATE INDEX tracks_by_recording ON tracks(recording_id, status);
DROP INDEX tracks_by_status;
CREATE INDEX tracks_by_status ON tracks(status, recording_id);
`;
