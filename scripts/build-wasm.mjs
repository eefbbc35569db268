// `npm run build:wasm`: compiles the AssemblyScript kernels into resources/wasm/, where a source is newer
// than its output.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outputFolder = join(root, 'resources', 'wasm');

const KERNELS = [
  { source: 'src-main/audio/kernels/ingest.ts', output: 'ingest.wasm', options: [] },
  {
    source: 'src-main/similarity/kernels/neighbours.ts',
    output: 'neighbours.wasm',
    // Threads share one memory, which the host makes.
    options: [
      '--enable',
      'threads',
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory',
      '65536',
    ],
  },
  {
    source: 'src-main/projection/kernels/forces.ts',
    output: 'forces.wasm',
    options: [
      '--enable',
      'threads',
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory',
      '65536',
    ],
  },
  { source: 'src-main/features/kernels/features.ts', output: 'features.wasm', options: [] },
  { source: 'src-main/embedding/kernels/mel.ts', output: 'mel.wasm', options: [] },
];

mkdirSync(outputFolder, { recursive: true });
for (const kernel of KERNELS) await compile(kernel);

async function compile({ source, output, options }) {
  const target = join(outputFolder, output);
  if (isFresh(join(root, dirname(source)), target)) return;
  const shared = ['--enable', 'simd', '--runtime', 'stub', '-O3', '--noAssert', '--baseDir', root];
  const { error, stderr } = await asc.main([source, '--outFile', target, ...shared, ...options]);
  if (!error) return;
  process.stderr.write(`${stderr.toString()}\n`);
  console.error(`${source} could not be compiled: ${error.message}`);
  process.exit(1);
}

/** Nothing of the kernel's folder, and not this file, has changed since the output was written. */
function isFresh(folder, target) {
  if (!existsSync(target)) return false;
  const made = statSync(target).mtimeMs;
  const sources = readdirSync(folder).map((name) => join(folder, name));
  return [...sources, fileURLToPath(import.meta.url)].every(
    (file) => statSync(file).mtimeMs < made,
  );
}
