/** Maps are kept side by side with their scores; regions of a map; what each point's true neighbours are. */
export const migration0002 = /* sql */ `
ALTER TABLE maps ADD COLUMN scores TEXT;          -- JSON; null for maps made before they were measured

CREATE TABLE maps_in_force (
  dims INTEGER PRIMARY KEY CHECK (dims IN (2, 3)),
  map_id INTEGER NOT NULL REFERENCES maps(id) ON DELETE CASCADE
) STRICT;
INSERT INTO maps_in_force SELECT dims, max(id) FROM maps GROUP BY dims;

CREATE TABLE regions (
  id INTEGER PRIMARY KEY,
  map_id INTEGER NOT NULL REFERENCES maps(id) ON DELETE CASCADE,
  parent_id INTEGER REFERENCES regions(id) ON DELETE CASCADE,
  level INTEGER NOT NULL,                         -- 0: the overview
  found_name TEXT NOT NULL,
  given_name TEXT,                                -- the user's own, shown instead
  count INTEGER NOT NULL,                         -- recordings when it was found
  purity REAL NOT NULL,
  unlabelled REAL NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  z REAL,
  contours TEXT NOT NULL                          -- JSON: polygons as [x, y, x, y, …]
) STRICT;
CREATE INDEX regions_by_map ON regions(map_id, level);
CREATE INDEX regions_by_parent ON regions(parent_id);

ALTER TABLE map_points ADD COLUMN trust REAL;
ALTER TABLE map_points ADD COLUMN neighbours BLOB; -- int32 recording ids, nearest first, little-endian
ALTER TABLE map_points ADD COLUMN near INTEGER;    -- bit i: neighbour i is near on the map too
ALTER TABLE map_points ADD COLUMN region_id INTEGER; -- of the finest level
`;
