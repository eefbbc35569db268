import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, modules, root } from './places.mjs';
import { environmentFor } from './node.mjs';
import { runBounded, say } from './run.mjs';

const SOURCES = [
  'src-main',
  'src-preload',
  'src-renderer',
  'scripts/build-wasm.mjs',
  'electron.vite.config.ts',
  'svelte.config.js',
  'package-lock.json',
];
/** Made by the build, or of no influence on it. */
const isNoSource = (path) => /\.wasm$|\.test\.ts$/.test(path);

/** One hash over the names and contents of everything the build reads. */
export function sourceHash(folder = root) {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToHash(hash, folder, source);
  return hash.digest('hex');
}

function addToHash(hash, folder, path) {
  const full = join(folder, path);
  if (!existsSync(full) || isNoSource(path)) return;
  try {
    for (const name of readdirSync(full).sort()) addToHash(hash, folder, `${path}/${name}`);
  } catch {
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  }
}

const stamp = join(cache, 'built');
const isBuilt = (hash) =>
  existsSync(join(root, 'out', 'main', 'cli.js')) &&
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === hash;

/** Compiles the WebAssembly kernels, which tests from source need as well. */
export async function buildKernels(node) {
  await step(node, [join(root, 'scripts', 'build-wasm.mjs')], 'compiling the kernels');
}

/** Builds into `out/` where a source has changed since; ends the program where that fails. */
export async function provideBuild(node) {
  if (!existsSync(join(root, 'electron.vite.config.ts'))) return;
  const hash = sourceHash();
  if (isBuilt(hash)) return;
  say('Building Earshot…');
  await buildKernels(node);
  await step(
    node,
    [join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build'],
    'building',
  );
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, hash);
}

async function step(node, args, doing) {
  if (!existsSync(args[0])) return;
  const env = environmentFor(node);
  const result = await runBounded(node, args, { seconds: 900, doing, env });
  if (result.ok) return;
  say(result.output.trimEnd());
  say(`Earshot could not be built: ${doing} failed (see above).`);
  process.exit(1);
}
