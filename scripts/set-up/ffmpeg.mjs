import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { aptInstall, canUseApt } from './apt.mjs';
import { recentFailure, tryDownload } from './attempts.mjs';
import { findOnPath, root } from './places.mjs';
import { runBounded, say } from './run.mjs';

/**
 * Which ffmpeg is used: one the user named, ffmpeg-static's, the system's. Each may be absent (null);
 * `works` runs it. This is the order in which the program itself looks.
 * @returns {Promise<{ path: string, source: 'named' | 'ffmpeg-static' | 'system' } | null>}
 */
export async function chooseFfmpeg({ named, bundled, system, works }) {
  for (const [source, path] of Object.entries({ named, 'ffmpeg-static': bundled, system })) {
    if (path && (await works(path))) return { path, source };
  }
  return null;
}

const works = async (path) =>
  (await runBounded(path, ['-hide_banner', '-version'], { seconds: 20, doing: 'asking ffmpeg' }))
    .ok;

/** Where ffmpeg-static puts its binary on this machine; null where it has none for it. */
const bundledPath = () => createRequire(join(root, 'package.json'))('ffmpeg-static');

const find = () =>
  chooseFfmpeg({
    named: process.env.EARSHOT_FFMPEG ?? null,
    bundled: bundledPath(),
    system: findOnPath('ffmpeg'),
    works,
  });

/** Sees to it that there is an ffmpeg; where there is none, says what to install and goes on. */
export async function provideFfmpeg(node) {
  let found = await find();
  // One that works is enough where the download failed today: every verb of the command line comes by here.
  if (found && recentFailure('ffmpeg-static')) return found;
  if (found?.source !== 'named' && found?.source !== 'ffmpeg-static') {
    if (await downloadBundled(node, found)) found = await find();
  }
  if (!found && canUseApt() && (await aptInstall('ffmpeg', 'ffmpeg'))) found = await find();
  if (!found) {
    say(
      'There is no ffmpeg, which reads the music files. Install it with your package manager ' +
        '(apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) and start again.',
    );
  }
  return found;
}

async function downloadBundled(node, system) {
  const target = bundledPath();
  if (!target) return false;
  const ok = await tryDownload({
    name: 'ffmpeg-static',
    what: 'ffmpeg',
    from: 'https://github.com',
    seconds: 240,
    command: node,
    args: [join(root, 'node_modules', 'ffmpeg-static', 'install.js')],
    after: system ? `The one at ${system.path} is used.` : 'Looking for another way to get it.',
  });
  // A broken-off download leaves half a file, which its installer would take for a whole one.
  if (!ok || !(await works(target))) rmSync(target, { force: true });
  return ok;
}
