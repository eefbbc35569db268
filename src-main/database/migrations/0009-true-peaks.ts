/** True peaks, measured when playback wants to turn a quiet track up. */
export const migration0009 = /* sql */ `
CREATE TABLE true_peaks (
  recording_id INTEGER PRIMARY KEY REFERENCES recordings(id) ON DELETE CASCADE,
  dbtp REAL NOT NULL                    -- dBTP
) STRICT;
`;
