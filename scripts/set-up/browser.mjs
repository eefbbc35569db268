import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { aptInstall, canUseApt } from './apt.mjs';
import { tryDownload } from './attempts.mjs';
import { findOnPath, modules, root } from './places.mjs';
import { runBounded } from './run.mjs';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A downloaded browser may still lack libraries of the system: asking its version shows it. */
const works = async (path) =>
  existsSync(path) &&
  (
    await runBounded(path, ['--version', '--no-sandbox'], {
      seconds: 30,
      doing: 'asking the browser',
    })
  ).ok;

function playwrightsOwn() {
  const { chromium } = createRequire(join(root, 'package.json'))('playwright');
  return chromium.executablePath();
}

async function find() {
  const candidates = [
    process.env.EARSHOT_BROWSER,
    playwrightsOwn(),
    ...SYSTEM_NAMES.map((name) => findOnPath(name)),
  ];
  for (const path of candidates) {
    if (path && (await works(path))) return path;
  }
  return null;
}

/**
 * A Chromium for the end-to-end tests: one that is there (Playwright's own first), otherwise Playwright's
 * download, otherwise, as root on Debian, the system's package.
 * @returns {Promise<string | null>} its path
 */
export async function provideBrowser(node) {
  const there = await find();
  if (there) return there;
  const downloaded = await tryDownload({
    name: 'chromium',
    what: 'Chromium for the end-to-end tests',
    from: 'https://cdn.playwright.dev',
    seconds: 300,
    command: node,
    args: [join(modules, 'playwright', 'cli.js'), 'install', '--no-shell', 'chromium'],
    after: canUseApt() ? 'The system package is tried.' : 'The end-to-end tests need one.',
  });
  if (downloaded && (await works(playwrightsOwn()))) return playwrightsOwn();
  if (canUseApt() && (await aptInstall('chromium', 'Chromium'))) return find();
  return null;
}
