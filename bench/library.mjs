// A library of 100,000 analysed tracks: how long lists, searches and positions take.
//   node bench/library.mjs [--n 100000] [--json]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src-main/database/room.ts';
import { trackQuery } from '../src-main/library/contract.ts';
import { createLibrary } from '../src-main/library/room.ts';
import { phrase, words } from '../src-main/projection/fixtures/made-up-names.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
});
const n = Number(values.n);
const data = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
const db = openDatabase(join(data, 'library.db'));
try {
  fill(db, n);
  const library = createLibrary({
    db,
    host: { paths: { data }, log: console, capabilities: {} },
    settings: { watchFolders: () => false },
    makeDemo: async () => {},
  });
  const result = { n, milliseconds: await measure(library) };
  await library.close();
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result.milliseconds);
} finally {
  db.close();
  rmSync(data, { recursive: true, force: true });
}

/** Albums of twelve tracks by artists of five albums, with words from a small vocabulary. */
function fill(db, n) {
  const folder = db
    .prepare(`INSERT INTO library_folders (path, added_at) VALUES (CAST('/music' AS BLOB), '2026')`)
    .run().lastInsertRowid;
  const recording = db.prepare(
    `INSERT INTO recordings (audio_hash, duration_seconds, analysed_seconds, passages, codec, sample_rate,
       channels, peaks, integrated_loudness, sample_peak, tempo, musical_key, analysed_at)
     VALUES (?, ?, 200, '[]', 'flac', 44100, 2, zeroblob(4000), ?, 0.9, ?, 'A minor', '2026')`,
  );
  const track = db.prepare(
    `INSERT INTO tracks (folder_id, path, size, modified_ms, recording_id, status, title, artist, album,
       genre, year, track_number, disc_number, added_at)
     VALUES (?, CAST(? AS BLOB), 1, 1, ?, 'analysed', ?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  db.transaction(() => {
    for (let i = 0; i < n; i++) {
      const scattered = (i * 7919) % n; // Tracks do not arrive in the order of their artists.
      const album = Math.floor(scattered / 12);
      const { lastInsertRowid: id } = recording.run(
        `${i}`,
        100 + (i % 400),
        -i % 30,
        60 + (i % 120),
      );
      track.run(
        folder,
        `${album}/${i}.flac`,
        id,
        phrase(i),
        `Artist ${phrase(Math.floor(album / 5))}`,
        phrase(album),
        words[album % 12],
        1950 + (album % 75),
        scattered % 12,
        `2026-01-01T00:00:${i}`,
      );
    }
  })();
}

async function measure(library) {
  const list = (query, offset = 0) =>
    library.calls['library.listTracks']({ ...trackQuery.parse(query), offset, limit: 100 });
  const position = (query, trackId) =>
    library.calls['library.positionOfTrack']({ ...trackQuery.parse(query), trackId });
  /** As after a change, when nothing is kept of the last answers. */
  const anew = (work) => () => {
    library.events.emit('library.changed', { tracks: n });
    return work();
  };
  const cases = {};
  for (const sort of ['artist', 'title', 'album', 'genre', 'year', 'duration', 'tempo', 'added']) {
    cases[`list by ${sort}, anew`] = anew(() => list({ sort }));
  }
  cases['list by artist, scrolled to the end'] = () => list({}, n - 100);
  cases['list by tempo, scrolled to the end'] = () => list({ sort: 'tempo' }, n - 100);
  cases['list playable, descending, anew'] = anew(() =>
    list({ status: 'playable', descending: true }, Math.floor(n / 2)),
  );
  cases['list missing, anew'] = anew(() => list({ status: 'missing' }));
  const texts = { 'one letter': 'b', 'common word': 'moon', 'three words': 'moon ri win' };
  Object.assign(texts, { 'no match': 'zzzz', 'only signs': '!!!', 'Japanese word': '愛' });
  for (const [name, text] of Object.entries(texts)) {
    cases[`search, ${name}, anew`] = anew(() => list({ text }));
  }
  cases['position by artist, anew'] = anew(() => position({}, Math.floor(n / 2)));
  cases['position by artist, again'] = () => position({}, Math.floor(n / 2));
  cases['position in a search, anew'] = anew(() => position({ text: 'moon' }, Math.floor(n / 2)));
  cases['folders with counts'] = () => library.calls['library.listFolders']({});
  const milliseconds = {};
  for (const [name, work] of Object.entries(cases)) milliseconds[name] = await medianOf(work);
  return milliseconds;
}

async function medianOf(work, runs = 9) {
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.round(times.sort((a, b) => a - b)[runs >> 1] * 10) / 10;
}
