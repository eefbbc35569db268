/** The library: folders, tracks as files, decoded audio and its vectors, maps. */
export const migration0001 = /* sql */ `
CREATE TABLE library_folders (
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE,            -- bytes as the file system has them
  state TEXT NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'away', 'unreadable')),
  unreadable TEXT NOT NULL DEFAULT '[]', -- JSON list of sub-folders for showing
  added_at TEXT NOT NULL,
  last_scanned_at TEXT
) STRICT;

-- What was heard: one row per decoded content, however many files hold it.
CREATE TABLE recordings (
  id INTEGER PRIMARY KEY,
  audio_hash TEXT NOT NULL UNIQUE,
  duration_seconds REAL NOT NULL,
  analysed_seconds REAL NOT NULL,
  passages TEXT NOT NULL,               -- JSON [{startSeconds, seconds}]
  codec TEXT NOT NULL,
  sample_rate INTEGER NOT NULL,
  channels INTEGER NOT NULL,
  integrated_loudness REAL,
  loudness_range REAL,
  sample_peak REAL NOT NULL,
  tempo REAL,
  tempo_confidence REAL,
  musical_key TEXT,
  key_confidence REAL,
  analysed_at TEXT NOT NULL,
  peaks BLOB NOT NULL                   -- last: it fills pages of its own, and the rest stays quick to read
) STRICT;
-- What lists are sorted by, without the pages that peaks fill.
CREATE INDEX recordings_facts ON recordings(id, duration_seconds, tempo, integrated_loudness);

CREATE TABLE tracks (
  id INTEGER PRIMARY KEY,
  folder_id INTEGER NOT NULL REFERENCES library_folders(id) ON DELETE CASCADE,
  path BLOB NOT NULL,                   -- relative to the folder, bytes
  size INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  recording_id INTEGER REFERENCES recordings(id),
  status TEXT NOT NULL DEFAULT 'waiting'
    CHECK (status IN ('waiting', 'analysed', 'partial', 'failed', 'missing', 'excluded')),
  failure_code TEXT,
  failure_message TEXT,
  partial_reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  title TEXT NOT NULL,
  artists TEXT NOT NULL DEFAULT '[]',   -- JSON
  artist TEXT NOT NULL DEFAULT '',
  album TEXT NOT NULL DEFAULT '',
  album_artist TEXT NOT NULL DEFAULT '',
  genres TEXT NOT NULL DEFAULT '[]',    -- JSON
  genre TEXT NOT NULL DEFAULT '',
  year INTEGER,
  track_number INTEGER,
  disc_number INTEGER,
  tagged_duration REAL,
  tagged_tempo REAL,
  tagged_key TEXT,
  replay_gain_track REAL,
  replay_gain_album REAL,
  artwork_hash TEXT,
  added_at TEXT NOT NULL,
  UNIQUE (folder_id, path)
) STRICT;
-- Work is counted and handed out by it, without a look at the tracks.
CREATE INDEX tracks_by_status ON tracks(status, folder_id, id, tagged_duration);
CREATE INDEX tracks_by_recording ON tracks(recording_id);
CREATE INDEX tracks_by_title ON tracks(title COLLATE NOCASE, id);
CREATE INDEX tracks_by_artist ON tracks(artist COLLATE NOCASE, album COLLATE NOCASE, disc_number, track_number, id, folder_id, status);
CREATE INDEX tracks_by_album ON tracks(album COLLATE NOCASE, disc_number, track_number, id);

CREATE VIRTUAL TABLE track_words USING fts5(
  title, artist, album, genre, content='tracks', content_rowid='id', tokenize="unicode61 remove_diacritics 2", prefix='2 3'
);
CREATE TRIGGER track_words_insert AFTER INSERT ON tracks BEGIN
  INSERT INTO track_words(rowid, title, artist, album, genre) VALUES (new.id, new.title, new.artist, new.album, new.genre);
END;
CREATE TRIGGER track_words_delete AFTER DELETE ON tracks BEGIN
  INSERT INTO track_words(track_words, rowid, title, artist, album, genre)
  VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre);
END;
CREATE TRIGGER track_words_update AFTER UPDATE OF title, artist, album, genre ON tracks BEGIN
  INSERT INTO track_words(track_words, rowid, title, artist, album, genre)
  VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre);
  INSERT INTO track_words(rowid, title, artist, album, genre) VALUES (new.id, new.title, new.artist, new.album, new.genre);
END;

CREATE TABLE vectors (
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  model_version TEXT NOT NULL,
  vector BLOB NOT NULL,                 -- float32, little-endian
  PRIMARY KEY (model, model_version, recording_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE maps (
  id INTEGER PRIMARY KEY,
  dims INTEGER NOT NULL CHECK (dims IN (2, 3)),
  version INTEGER NOT NULL DEFAULT 1,   -- goes up whenever points are placed into it
  parameters TEXT NOT NULL,             -- JSON
  model_version TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE map_points (
  map_id INTEGER NOT NULL REFERENCES maps(id) ON DELETE CASCADE,
  recording_id INTEGER NOT NULL REFERENCES recordings(id) ON DELETE CASCADE,
  x REAL NOT NULL,
  y REAL NOT NULL,
  z REAL,
  placed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (map_id, recording_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE playback_state (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  state TEXT NOT NULL                   -- JSON
) STRICT;
`;
