// `npm run -s earshot -- <verb> …`: the command line of the built program, with stdout left to it.
import { join } from 'node:path';
import { provideBuild } from './set-up/build.mjs';
import { provideFfmpeg } from './set-up/ffmpeg.mjs';
import { environmentFor, provideNode } from './set-up/node.mjs';
import { providePackages } from './set-up/packages.mjs';
import { root } from './set-up/places.mjs';
import { runHere } from './set-up/run.mjs';

await providePackages();
const node = provideNode();
const ffmpeg = await provideFfmpeg(node);
await provideBuild(node);
const env = { ...environmentFor(node), ...(ffmpeg ? { EARSHOT_FFMPEG: ffmpeg.path } : {}) };
const program = join(root, 'out', 'main', 'cli.js');
process.exit(
  await runHere(node, [program, ...process.argv.slice(2)], {
    env,
    cwd: process.env.INIT_CWD ?? process.cwd(),
  }),
);
