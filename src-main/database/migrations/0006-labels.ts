/** Label sets, the labels in them and what was learned from these; tags and folder names are read where they are and not copied here. */
export const migration0006 = /* sql */ `
CREATE TABLE label_sets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  is_multiple INTEGER NOT NULL DEFAULT 0,
  tag TEXT,                             -- which tag gives values, or null
  folder_depth INTEGER,                 -- which folder of the path gives values, or null
  is_built_in INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO label_sets (name, tag, folder_depth, is_built_in) VALUES
  ('genre', 'genre', NULL, 1), ('artist', 'artist', NULL, 1), ('album', 'album', NULL, 1), ('folder', NULL, -1, 1);

-- Of a recording, so that moved files keep them; of a track only until it was heard.
CREATE TABLE labels (
  id INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL REFERENCES label_sets(id) ON DELETE CASCADE,
  recording_id INTEGER REFERENCES recordings(id) ON DELETE CASCADE,
  track_id INTEGER REFERENCES tracks(id) ON DELETE CASCADE,
  value TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('hand', 'csv', 'model', 'predicted')),
  confidence REAL NOT NULL DEFAULT 1,   -- 0 to 1
  CHECK ((recording_id IS NULL) <> (track_id IS NULL)),
  UNIQUE (set_id, recording_id, source, value),
  UNIQUE (set_id, track_id, source, value)
) STRICT;
CREATE INDEX labels_by_recording ON labels(recording_id);
CREATE INDEX labels_by_track ON labels(track_id);
CREATE TRIGGER labels_heard AFTER UPDATE OF recording_id ON tracks WHEN new.recording_id IS NOT NULL BEGIN
  UPDATE OR REPLACE labels SET recording_id = new.recording_id, track_id = NULL WHERE track_id = new.id;
END;

-- Values of tags and folders that the user calls otherwise.
CREATE TABLE label_renames (
  set_id INTEGER NOT NULL REFERENCES label_sets(id) ON DELETE CASCADE,
  value TEXT NOT NULL,
  shown_as TEXT NOT NULL,
  PRIMARY KEY (set_id, value)
) STRICT, WITHOUT ROWID;

-- What was learned from a set, each training a version of its own.
CREATE TABLE classifiers (
  id INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL REFERENCES label_sets(id) ON DELETE CASCADE,
  algorithm TEXT NOT NULL,
  model TEXT NOT NULL,                  -- what heard the tracks
  model_version TEXT NOT NULL,
  version INTEGER NOT NULL,             -- from 1 for every set, algorithm and model
  settings TEXT NOT NULL,               -- JSON
  classes TEXT NOT NULL,                -- JSON: values in the order of the outputs
  report TEXT NOT NULL,                 -- JSON: what the evaluation said
  lessons TEXT NOT NULL,                -- JSON: recordings, their labels, and what was foretold unseen
  learned BLOB NOT NULL,                -- trees as JSON, or a network
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX classifiers_by_set ON classifiers(set_id);
`;
