// A library of 100,000 analysed tracks: how long lists, searches and positions take.
//   node bench/library.mjs [--n 100000] [--json]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src-main/database/room.ts';
import { trackQuery } from '../src-main/library/contract.ts';
import { createLibrary } from '../src-main/library/room.ts';
import { fillLibrary } from '../src-main/projection/fixtures/synthetic-library.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
});
const n = Number(values.n);
const data = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
try {
  await fillLibrary(join(data, 'library.db'), n, { vectors: false, peakBytes: 4000 });
  const db = openDatabase(join(data, 'library.db'));
  const library = createLibrary({
    db,
    host: { paths: { data }, log: console, capabilities: {} },
    settings: { watchFolders: () => false },
    makeDemo: async () => {},
  });
  const result = { n, milliseconds: await measure(library) };
  await library.close();
  db.close();
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result.milliseconds);
} finally {
  rmSync(data, { recursive: true, force: true });
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
