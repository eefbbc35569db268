// How soon a library of 100,000 tracks is there: from the start of the built program to its address, the first
// page of the list and the bytes of the map; with --browser also to the map drawn in Chromium.
//   npm run build && node bench/start.mjs [--n 100000] [--runs 3] [--browser] [--json]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../src-main/audio/room.ts';
import { openDatabase } from '../src-main/database/room.ts';
import { saveVector } from '../src-main/embedding/room.ts';
import { FEATURES_MODEL, featuresVersion } from '../src-main/features/room.ts';
import { fitParameters } from '../src-main/projection/contract.ts';
import { phrase, words } from './made-up-names.mjs';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    browser: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const n = Number(values.n);
const program = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'earshot-start-'));
try {
  await fill(join(data, 'library.db'));
  const runs = [];
  for (let i = 0; i < Number(values.runs); i++) runs.push(await measure());
  const median = (name) => runs.map((run) => run[name]).sort((a, b) => a - b)[runs.length >> 1];
  const result = Object.fromEntries(
    Object.keys(runs[0]).map((name) => [name, Math.round(median(name))]),
  );
  if (values.json) console.log(JSON.stringify({ n, ...result }));
  else console.table(result);
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** Analysed tracks in a folder that is away, each with a vector, and a map of them. */
async function fill(path) {
  const { ffmpeg } = await findFfmpeg({ settingPath: null });
  const version = featuresVersion(ffmpeg.resampler);
  const db = openDatabase(path);
  const folder = db
    .prepare(`INSERT INTO library_folders (path, added_at) VALUES (CAST('/music' AS BLOB), '2026')`)
    .run().lastInsertRowid;
  const recording = db.prepare(
    `INSERT INTO recordings (audio_hash, duration_seconds, analysed_seconds, passages, codec, sample_rate,
       channels, peaks, integrated_loudness, sample_peak, tempo, musical_key, analysed_at)
     VALUES (?, 200, 200, '[]', 'flac', 44100, 2, zeroblob(2000), -12, 0.9, ?, 'A minor', '2026')`,
  );
  const track = db.prepare(
    `INSERT INTO tracks (folder_id, path, size, modified_ms, recording_id, status, title, artist, album,
       genre, year, added_at)
     VALUES (?, CAST(? AS BLOB), 1, 1, ?, 'analysed', ?, ?, ?, ?, 2001, '2026')`,
  );
  const map = db
    .prepare(
      `INSERT INTO maps (dims, parameters, model_version, created_at) VALUES (2, ?, ?, '2026')`,
    )
    .run(JSON.stringify(fitParameters.parse({})), version).lastInsertRowid;
  db.prepare(`INSERT INTO maps_in_force (model, dims, map_id) VALUES ('features', 2, ?)`).run(map);
  const point = db.prepare(
    'INSERT INTO map_points (map_id, recording_id, x, y) VALUES (?, ?, ?, ?)',
  );
  const vector = new Float32Array(FEATURES_MODEL.dims);
  db.transaction(() => {
    for (let i = 0; i < n; i++) {
      const id = Number(recording.run(String(i), 60 + (i % 120)).lastInsertRowid);
      const album = Math.floor(i / 12);
      const artist = phrase(Math.floor(album / 5));
      track.run(folder, `${i}.flac`, id, phrase(i), artist, phrase(album), words[album % 12]);
      vector.fill(i % 97);
      vector[i % vector.length] = 1;
      saveVector(db, { model: FEATURES_MODEL.id, version }, id, vector);
      const angle = (album % 12) + Math.sqrt(i);
      point.run(map, id, (album % 12) * 3 + Math.cos(angle), Math.sin(angle) * ((i % 9) + 1));
    }
  })();
  db.close();
}

/** Milliseconds since the start of the process, and megabytes. */
async function measure() {
  const started = performance.now();
  const since = () => performance.now() - started;
  const server = spawn(process.execPath, [program, 'serve', '--library', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const address = await new Promise((resolve, reject) => {
      server.stdout.on('data', (text) => resolve(String(text).match(/http\S+/)[0]));
      server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
    });
    const addressMs = since();
    const { origin } = new URL(address);
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie').split(';')[0];
    const call = async (name, input) => {
      const headers = { cookie, 'content-type': 'application/json' };
      const body = JSON.stringify(input);
      const reply = await fetch(`${origin}/call/${name}`, { method: 'POST', headers, body });
      return (await reply.json()).value;
    };
    const { total } = await call('library.listTracks', {});
    const listMs = since();
    const map = await call('projection.getMap', {});
    const points = await fetch(`${origin}/bytes/points/${map.id}`, { headers: { cookie } });
    const { byteLength } = await points.arrayBuffer();
    const mapMs = since();
    if (total !== n || byteLength !== 8 + 13 * n) throw new Error('Not everything is there.');
    const drawn = values.browser ? { drawnMs: await drawIn(address) } : {};
    return { addressMs, listMs, mapMs, ...drawn, residentMB: residentMB(server.pid) };
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

/** Milliseconds from an open, empty browser to the map. */
async function drawIn(address) {
  const { chromium } = await import('playwright');
  const executablePath = process.env.EARSHOT_BROWSER ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const started = performance.now();
    await page.goto(address);
    const map = page.getByRole('application', { name: new RegExp(`^Map of ${n} tracks`) });
    await map.waitFor({ timeout: 120_000 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    return performance.now() - started;
  } finally {
    await browser.close();
  }
}

/** Of the program and its processes; 0 where the system does not tell. */
function residentMB(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024;
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentMB(child), own);
  } catch {
    return 0;
  }
}
