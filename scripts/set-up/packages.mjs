import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root } from './places.mjs';
import { lastWords, runBounded, say } from './run.mjs';

/**
 * Whether what is installed differs from what `package-lock.json` asks for. npm writes the second file
 * as the last step of an installation, so a broken-off one counts as outdated too.
 * @param {object | null} locked parsed `package-lock.json`
 * @param {object | null} installed parsed `node_modules/.package-lock.json`
 */
export function packagesOutdated(locked, installed) {
  if (!installed) return true;
  return Object.entries(locked?.packages ?? {}).some(([path, wanted]) => {
    if (path === '' || wanted.link) return false;
    const found = installed.packages?.[path];
    // Optional packages for other machines are left out by npm; for this one they come by version.
    return found ? found.version !== wanted.version : !wanted.optional && !wanted.peer;
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Installs the packages where they are missing or outdated; ends the program where that fails. */
export async function providePackages() {
  const locked = readJson(join(root, 'package-lock.json'));
  if (!packagesOutdated(locked, readJson(join(modules, '.package-lock.json')))) return;
  say('Installing the packages Earshot is made of (about a minute or two, once)…');
  let result = await install();
  if (!result.ok) {
    say(`That failed (${lastWords(result.output)}); trying once more…`);
    result = await install();
  }
  if (result.ok) return;
  say(result.output.trimEnd());
  say('The packages could not be installed. Is the npm registry reachable from this machine?');
  process.exit(1);
}

function install() {
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js')
    ? [process.execPath, [npm, ...options]]
    : ['npm', options];
  // On Windows npm is a command file, which only a shell starts. The arguments are constants.
  const shell = command === 'npm' && process.platform === 'win32';
  return runBounded(command, args, { seconds: 1200, doing: 'installing packages', shell });
}
