/** Lists of tracks that the user keeps. */
export const migration0013 = /* sql */ `
CREATE TABLE playlists (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  track_ids TEXT NOT NULL               -- JSON, in their order; tracks that went since may be among them
) STRICT;
`;
