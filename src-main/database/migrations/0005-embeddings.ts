/** Vectors of neural models: over time, with what their heads say, and what each model could not hear; maps by model. */
export const migration0005 = /* sql */ `
-- What a model hears over a track; beside the mean of it in vectors.
CREATE TABLE segment_vectors (
  id INTEGER PRIMARY KEY,
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  model_version TEXT NOT NULL,
  count INTEGER NOT NULL,
  starts BLOB NOT NULL,                 -- count float32, seconds, little-endian
  vectors BLOB NOT NULL,                -- count rows of float16, little-endian
  UNIQUE (model, model_version, recording_id, count)
) STRICT;
CREATE INDEX segment_vectors_by_recording ON segment_vectors(recording_id);

-- The most probable classes of a model's label head.
CREATE TABLE head_scores (
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  model_version TEXT NOT NULL,
  label TEXT NOT NULL,
  probability REAL NOT NULL,            -- mean over the segments, 0 to 1
  PRIMARY KEY (model, model_version, recording_id, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX head_scores_by_recording ON head_scores(recording_id);

-- Sound that is fine but that a model could not take.
CREATE TABLE embedding_failures (
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  model_version TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (recording_id, model, model_version)
) STRICT, WITHOUT ROWID;

-- Models that shall hear the library, and how fast each was.
CREATE TABLE embedding_models (
  model TEXT PRIMARY KEY,
  wanted INTEGER NOT NULL DEFAULT 0 CHECK (wanted IN (0, 1)),
  device TEXT,
  seconds_per_second REAL,              -- of music, per second of wall time, on that device
  batch INTEGER                         -- segments at once, as found by trial on that device
) STRICT, WITHOUT ROWID;

CREATE TABLE maps_in_force_by_model (
  model TEXT NOT NULL,
  dims INTEGER NOT NULL CHECK (dims IN (2, 3)),
  map_id INTEGER NOT NULL REFERENCES maps(id) ON DELETE CASCADE,
  PRIMARY KEY (model, dims)
) STRICT, WITHOUT ROWID;
INSERT INTO maps_in_force_by_model
  SELECT coalesce(json_extract(m.parameters, '$.model'), 'features'), f.dims, f.map_id
  FROM maps_in_force f JOIN maps m ON m.id = f.map_id;
DROP TABLE maps_in_force;
ALTER TABLE maps_in_force_by_model RENAME TO maps_in_force;
CREATE INDEX maps_in_force_by_map ON maps_in_force(map_id);
`;
