// How the map moves with 100,000 and a million points, next to regl-scatterplot 1.16 and, with 100,000, to scatterGL
// of ECharts GL 2.1, which tells no point under the pointer, with the same points in the same browser: first paint,
// frames while panning and zooming, what one movement of the pointer costs, memory.
// With 100,000 in 3-D too, where panning turns: frames as drawn by ECharts GL, which thins where it is slow.
//   npm run build && node bench/frames.mjs [--n 100000,1000000] [--seconds 4] [--json]
// A browser without a graphics card draws in software: the page says which it was. Processor time per frame is
// what a busy machine disturbs least: of the page itself, and of the process that draws (where there is a card,
// next to nothing).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build } from 'vite';
import { fillLibrary } from '../src-main/projection/fixtures/synthetic-library.ts';
import { serve } from './served.mjs';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000,1000000' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
});
const VIEW = { width: 1280, height: 800 };
const HOVERS = 100;
const SPACE = 'earshot 3-D';
const MOST_IN_SPACE = 100_000;
/** The other programs: the page of each, its element, and up to how many points it is measured. */
const OTHERS = {
  'regl-scatterplot': { page: await bundle('regl'), element: 'canvas', most: Infinity },
  // It draws in a canvas of its own, and looks for no point under the pointer.
  scatterGL: { page: await bundle('echarts'), element: 'div', most: 100_000, isBlind: true },
};
const results = [];
let renderer = '';
for (const n of values.n.split(',').map(Number)) {
  const data = mkdtempSync(join(tmpdir(), 'earshot-frames-'));
  const space = n <= MOST_IN_SPACE;
  await fillLibrary(join(data, 'library.db'), n, { vectors: false, peakBytes: 0, space });
  const { server, address: served } = serve(data);
  try {
    const address = await served;
    for (const kind of ['earshot', ...(space ? [SPACE] : []), ...Object.keys(OTHERS)]) {
      if (n > OTHERS[kind]?.most) continue;
      results.push({ n, kind, ...(await measure(kind, address, n)) });
    }
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(data, { recursive: true, force: true });
  }
}
const load = loadavg().map((value) => Number(value.toFixed(1)));
if (values.json) console.log(JSON.stringify({ renderer, load, view: VIEW, results }));
else {
  console.log(`Drawn by ${renderer}; load ${load.join(', ')}.`);
  console.table(results);
}

/** The page of another program, as one script. */
async function bundle(name) {
  const entry = fileURLToPath(new URL(`./frames-${name}-page.mjs`, import.meta.url));
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: true, lib: { entry, formats: ['iife'], name: 'page' } },
  });
  return output[0].code;
}

async function measure(kind, address, n) {
  const executablePath = process.env.EARSHOT_BROWSER ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: VIEW });
    page.setDefaultTimeout(600_000);
    if (kind === SPACE) await openEarshot(page, address, n);
    const before = await memoryOf(browser);
    const started = performance.now();
    const points = await open(page, kind, address, n);
    await page.evaluate(drawnFrame);
    const firstPaint = performance.now() - started;
    renderer = await page.evaluate(rendererName);
    await page.waitForTimeout(2000); // What is done after the first paint.
    const grown = (await memoryOf(browser)) - before;
    const pan = await moving(browser, page, 'pan');
    const zoom = await moving(browser, page, 'zoom');
    const hover = OTHERS[kind]?.isBlind
      ? NaN
      : await page.evaluate(hovering, { selector: points, times: HOVERS });
    return {
      'first paint ms': Math.round(firstPaint),
      ...named('pan', pan),
      ...named('zoom', zoom),
      'hover ms': round(hover),
      'bytes per point': Math.round(grown / n),
    };
  } finally {
    await browser.close();
  }
}

async function open(page, kind, address, n) {
  if (kind in OTHERS) return openOther(page, address, OTHERS[kind]);
  return kind === SPACE ? openSpace(page) : openEarshot(page, address, n);
}

/** From the flat map. */
async function openSpace(page) {
  await page.getByRole('button', { name: '3-D' }).click();
  await page.getByRole('application', { name: /^Three-dimensional map/ }).waitFor();
  return '[role=application] > canvas:last-of-type';
}

async function openEarshot(page, address, n) {
  await page.goto(address);
  await page.getByRole('application', { name: new RegExp(`^Map of ${n} tracks`) }).waitFor();
  return '[role=application] > canvas:last-of-type';
}

/** On the same address, so that it reads the same bytes. */
async function openOther(page, address, { page: script, element }) {
  const { origin } = new URL(address);
  const html = `<!doctype html><body style="margin:0"><${element} id="plot"></${element}></body>`;
  await page.context().request.get(address);
  await page.route(`${origin}/other.html`, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `${html}<script>${script}</script>`,
    }),
  );
  await page.goto(`${origin}/other.html`);
  await page.evaluate(() => window.opened);
  return '#plot';
}

/** Two frames on: what was asked for is on the screen. */
function drawnFrame() {
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
  );
}

function rendererName() {
  const gl = document.createElement('canvas').getContext('webgl2');
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  return info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'no WebGL';
}

/** Moves on with every frame for some seconds. */
async function moving(browser, page, way) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  const [mainBefore, drawnBefore] = [await busy(), await processorOf(browser, 'GPU')];
  const frames = await page.evaluate(animate, { way, ms: 1000 * Number(values.seconds) });
  const [mainAfter, drawnAfter] = [await busy(), await processorOf(browser, 'GPU')];
  frames.sort((a, b) => a - b);
  return {
    frame: frames[frames.length >> 1],
    worst: frames[Math.floor(frames.length * 0.95)],
    main: (mainAfter - mainBefore) / frames.length,
    drawing: (drawnAfter - drawnBefore) / frames.length,
  };
}

/** Runs in the page. Milliseconds from frame to frame. */
async function animate({ way, ms }) {
  const canvas = document.querySelector('[role=application] > canvas:last-of-type');
  const send = (type, x, y) => {
    const options = { clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true };
    canvas.dispatchEvent(new PointerEvent(type, options));
  };
  if (canvas) {
    canvas.setPointerCapture = () => {}; // No real pointer is down.
    canvas.releasePointerCapture = () => {};
  }
  const box = canvas?.getBoundingClientRect();
  const middle = box && { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  if (way === 'pan' && canvas) send('pointerdown', middle.x, middle.y);
  const frames = [];
  const start = performance.now();
  let last = start;
  for (let step = 0; performance.now() - start < ms || frames.length < 5; step++) {
    const share = Math.sin(step / 8);
    if (window.look) window.look(way, share);
    else if (way === 'pan') send('pointermove', middle.x + 200 * share, middle.y + 60 * share);
    else {
      const deltaY = -60 * Math.cos(step / 8);
      const options = {
        deltaY,
        clientX: middle.x,
        clientY: middle.y,
        bubbles: true,
        cancelable: true,
      };
      canvas.dispatchEvent(new WheelEvent('wheel', options));
    }
    // Beyond the frame: what moves within one would hold up what draws it.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const now = performance.now();
    if (step > 1) frames.push(now - last);
    last = now;
  }
  if (way === 'pan' && canvas) send('pointerup', middle.x, middle.y);
  return frames;
}

/** Runs in the page. Milliseconds in which a movement of the pointer has found its dot, the median. */
async function hovering({ selector, times }) {
  const canvas = document.querySelector(selector);
  const box = canvas.getBoundingClientRect();
  const spent = [];
  for (let i = 0; i < times; i++) {
    const clientX = box.left + box.width * (0.2 + 0.6 * ((i * 0.618) % 1));
    const clientY = box.top + box.height * (0.2 + 0.6 * ((i * 0.414) % 1));
    const options = { clientX, clientY, pointerId: 1, bubbles: true };
    const start = performance.now();
    canvas.dispatchEvent(new PointerEvent('pointermove', options));
    canvas.dispatchEvent(new MouseEvent('mousemove', options));
    spent.push(performance.now() - start);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return spent.sort((a, b) => a - b)[times >> 1];
}

async function processesOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo;
}

/** Milliseconds of processor time. */
async function processorOf(browser, type) {
  const all = (await processesOf(browser)).filter((process) => process.type === type);
  return 1000 * all.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Bytes of the pages and of what draws them. */
async function memoryOf(browser) {
  const all = (await processesOf(browser)).filter(({ type }) => ['renderer', 'GPU'].includes(type));
  return all.reduce((sum, { id }) => {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
  }, 0);
}

function named(way, { frame, worst, main, drawing }) {
  return {
    [`${way} frame ms`]: round(frame),
    [`${way} 95 % ms`]: round(worst),
    [`${way} page CPU ms`]: round(main),
    [`${way} drawing CPU ms`]: round(drawing),
  };
}

function round(value) {
  return Math.round(10 * value) / 10;
}
