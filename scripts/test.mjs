// `npm test`: sets everything up, then runs the unit tests (contract and host parity among them) and the
// end-to-end tests, and ends with one line that counts both.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { provideBrowser } from './set-up/browser.mjs';
import { buildKernels, provideBuild } from './set-up/build.mjs';
import { countPlaywright, countVitest } from './set-up/counts.mjs';
import { provideFfmpeg } from './set-up/ffmpeg.mjs';
import { environmentFor, provideNode } from './set-up/node.mjs';
import { providePackages } from './set-up/packages.mjs';
import { modules, root } from './set-up/places.mjs';
import { runHere, say } from './set-up/run.mjs';

const results = join(root, 'test-results');
const unitReport = join(results, 'unit.json');
const e2eReport = join(results, 'e2e.json');

await providePackages();
const node = provideNode();
const ffmpeg = await provideFfmpeg(node);
await provideBuild(node);
await buildKernels(node);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const counts = [await unitTests(), await endToEndTests()];
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
const skipped = sum('skipped') ? `, ${sum('skipped')} skipped` : '';
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exit(sum('failed') > 0 || sum('passed') === 0 ? 1 : 0);

function environment(extra) {
  const named = ffmpeg ? { EARSHOT_FFMPEG: ffmpeg.path } : {};
  return { ...environmentFor(node), ...named, ...extra };
}

async function unitTests() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`];
  const vitest = join(modules, 'vitest', 'vitest.mjs');
  const code = await runHere(node, [vitest, 'run', ...reporters], { env: environment() });
  return countVitest(readReport(unitReport), code);
}

async function endToEndTests() {
  const folder = join(root, 'e2e');
  if (!existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.spec.ts'))) {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const browser = await provideBrowser(node);
  if (!browser) {
    say('The end-to-end tests did not run: there is no Chromium on this machine.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const playwright = join(modules, '@playwright', 'test', 'cli.js');
  const env = environment({ EARSHOT_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport });
  const args = [playwright, 'test', '--config', join(root, 'e2e', 'playwright.config.ts')];
  const code = await runHere(node, args, { env });
  return countPlaywright(readReport(e2eReport), code);
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
