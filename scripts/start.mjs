// `npm start [-- folder… | --demo]`: sets everything up and opens Earshot, in a window of its own where
// Electron can be had, otherwise in the browser.
import { join } from 'node:path';
import { provideBuild } from './set-up/build.mjs';
import { provideElectron, reasonAgainstWindow } from './set-up/electron.mjs';
import { provideFfmpeg } from './set-up/ffmpeg.mjs';
import { environmentFor, provideNode } from './set-up/node.mjs';
import { providePackages } from './set-up/packages.mjs';
import { root } from './set-up/places.mjs';
import { runHere, say } from './set-up/run.mjs';

const args = process.argv.slice(2);
// Relative folders are meant from where the user stands; npm runs scripts at the top.
const cwd = process.env.INIT_CWD ?? process.cwd();

await providePackages();
const node = provideNode();
const ffmpeg = await provideFfmpeg(node);
await provideBuild(node);
const named = ffmpeg ? { EARSHOT_FFMPEG: ffmpeg.path } : {};
const env = { ...environmentFor(node), ...named };

const electron = await windowProgram();
const serve = [join(root, 'out', 'main', 'cli.js'), 'serve', ...(hasDesktop() ? ['--open'] : [])];
process.exit(
  electron
    ? await runHere(electron, [root, ...args], { env, cwd })
    : await runHere(node, [...serve, ...args], { env, cwd }),
);

/** Electron's program, or null with the reason said. */
async function windowProgram() {
  const isRoot = process.getuid?.() === 0;
  const reason = reasonAgainstWindow({ platform: process.platform, env: process.env, isRoot });
  if (!reason) return provideElectron(node);
  const instead = hasDesktop() ? 'Earshot opens in your browser' : 'Open the address below';
  say(`${instead}: Electron cannot show a window here, as ${reason}.`);
  return null;
}

/** Whether there is anything a browser could be opened on. */
function hasDesktop() {
  const { platform, env } = process;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
