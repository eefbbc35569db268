/** Networks that were trained to draw a map, and where each puts the recordings. */
export const migration0007 = /* sql */ `
CREATE TABLE autoencoders (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  parameters TEXT NOT NULL,             -- JSON
  facts TEXT NOT NULL,                  -- JSON: seconds, columns, history, bestEpoch, varianceShares
  created_at TEXT NOT NULL,
  network BLOB NOT NULL                 -- last: it fills pages of its own
) STRICT;

CREATE TABLE autoencoder_points (
  autoencoder_id INTEGER NOT NULL REFERENCES autoencoders(id) ON DELETE CASCADE,
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  x REAL NOT NULL,
  y REAL NOT NULL,
  z REAL,
  PRIMARY KEY (autoencoder_id, recording_id)
) STRICT, WITHOUT ROWID;
`;
