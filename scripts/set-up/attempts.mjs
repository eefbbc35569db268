import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './places.mjs';
import { lastWords, runBounded, say } from './run.mjs';

const DAY = 24 * 60 * 60 * 1000;
const fileOf = (name) => join(cache, `${name}.failed.json`);

/** Why this download failed within the last day, or null where it is worth trying. */
export function recentFailure(name, now = Date.now()) {
  try {
    const { at, reason } = JSON.parse(readFileSync(fileOf(name), 'utf8'));
    return now - at < DAY ? String(reason) : null;
  } catch {
    return null;
  }
}

export function rememberFailure(name, reason, now = Date.now()) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(fileOf(name), JSON.stringify({ at: now, reason }));
}

/** Whether a server answers at all, so that a machine without a network loses seconds and not minutes. */
async function answers(url) {
  // Installers know proxies and mirrors that `fetch` does not: then only they can tell.
  const other =
    /^(https?_proxy|electron_mirror|npm_config_electron_mirror|.*_binaries_url|playwright_download_host)$/i;
  if (Object.entries(process.env).some(([name, value]) => value && other.test(name))) return true;
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Tries a download once a day at most and for a bounded time. A failure is said in one sentence.
 * @param {{ name: string, what: string, from: string, seconds: number, command: string, args: string[],
 *   env?: NodeJS.ProcessEnv, after: string }} download `what`: words for a person; `from`: a URL of the
 *   server; `after`: what happens instead where it fails.
 * @returns {Promise<boolean>} whether the installer ended well.
 */
export async function tryDownload({ name, what, from, seconds, command, args, env, after }) {
  const earlier = recentFailure(name);
  if (earlier) {
    say(`${what} was not downloaded (${earlier}; the next try is due tomorrow). ${after}`);
    return false;
  }
  say(`Downloading ${what}…`);
  const { hostname } = new URL(from);
  const result = (await answers(from))
    ? await runBounded(command, args, { seconds, doing: `downloading ${what}`, env })
    : { ok: false, timedOut: false, output: `${hostname} cannot be reached` };
  if (result.ok) {
    rmSync(fileOf(name), { force: true });
    return true;
  }
  const reason = result.timedOut ? `it took more than ${seconds} s` : lastWords(result.output);
  rememberFailure(name, reason);
  say(`${what} could not be downloaded (${reason}). ${after}`);
  return false;
}
