import { delimiter, dirname, join } from 'node:path';
import { isExecutable, modules } from './places.mjs';
import { say } from './run.mjs';

/** From here on Node runs TypeScript files and loads our database add-on (N-API 10). */
const OLDEST = [22, 18];

const isNewEnough = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

/**
 * Which Node runs the program: the one from the registry where there is one for this machine, otherwise
 * the one that runs this script where it is new enough, otherwise none (null).
 */
export function chooseNode({ platform, arch, version, execPath, canRun, modulesFolder }) {
  const own = join(modulesFolder, `node-${platform}-${arch}`, 'bin', 'node');
  if (canRun(own)) return own;
  return isNewEnough(version) ? execPath : null;
}

/** The path of a Node that can run Earshot; ends the program where there is none. */
export function provideNode() {
  const node = chooseNode({
    platform: process.platform,
    arch: process.arch,
    version: process.version,
    execPath: process.execPath,
    canRun: isExecutable,
    modulesFolder: modules,
  });
  if (node) return node;
  say(
    `Earshot needs Node ${OLDEST.join('.')} or newer on this machine; this is ${process.version}. ` +
      'Install the current version from https://nodejs.org and run the same command again.',
  );
  process.exit(1);
}

/** The environment in which that Node, and whatever starts `node` by name, is found first. */
export function environmentFor(node, env = process.env) {
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ''}` };
}
