// How soon a library of 100,000 tracks is there: from the start of the built program to its address, the first
// page of the list and the bytes of the map; with --browser also to the map drawn in Chromium.
//   npm run build && node bench/start.mjs [--n 100000] [--runs 3] [--browser] [--json]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillLibrary } from '../src-main/projection/fixtures/synthetic-library.ts';
import { serve } from './served.mjs';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    browser: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const n = Number(values.n);
const data = mkdtempSync(join(tmpdir(), 'earshot-start-'));
try {
  await fillLibrary(join(data, 'library.db'), n);
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

/** Milliseconds since the start of the process, and megabytes. */
async function measure() {
  const started = performance.now();
  const since = () => performance.now() - started;
  const { server, address: served } = serve(data);
  try {
    const address = await served;
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
