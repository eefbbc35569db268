import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createLog } from '../base/log.ts';
import { Random } from '../base/random.ts';
import { shippedFile } from '../base/shipped-files.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { createInference } from '../inference/room.ts';
import { readCatalogue } from './catalogue.ts';
import { sha256Of } from './download/sha256.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import { inputDims } from './network.ts';
import { tryNetwork } from './trial.ts';

/** `EARSHOT_MODELS` names a folder with the published files: `<folder>/<model id>/<file>`. */
const FOLDER = process.env.EARSHOT_MODELS ?? '';
const PYTHON = process.env.EARSHOT_PYTHON ?? 'python3';
const SCRIPT = fileURLToPath(new URL('./fixtures/run-onnx.py', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'earshot-conformance-'));
const inference = createInference({
  host: { forkWorker: forkNodeWorker, log: createLog('error') },
  dataFolder: scratch,
});
afterAll(() => {
  inference.close();
  rmSync(scratch, { recursive: true, force: true });
});
const onCpu = {
  open: (network: Parameters<typeof inference.open>[0]) =>
    inference.open(network, { provider: 'cpu' }),
};

const { models } = readCatalogue(shippedFile('models'), scratch);
const cases = [...models.values()].flatMap(({ manifest }) =>
  manifest.variants.map((variant) => ({
    name: `${manifest.id}, ${variant.id}`,
    manifest,
    variant,
  })),
);

describe.each(cases)('the published network $name', ({ manifest, variant }) => {
  const path = join(FOLDER, manifest.id, variant.network.name);
  const isHere = FOLDER !== '' && existsSync(path);
  const why = `EARSHOT_MODELS names no folder with ${manifest.id}/${variant.network.name}.`;

  test('is the file that the manifest says, and does what it says', async (context) => {
    if (!isHere) return context.skip(why);
    const sha256 = await sha256Of(path);
    if (variant.network.sha256) expect(sha256).toBe(variant.network.sha256);
    const trial = await tryNetwork(onCpu, manifest, { variant: variant.id, path, sha256 });
    expect(trial.dims).toBe(manifest.embedding.dims);
  });

  test('gives what Python’s ONNX Runtime makes of it', async (context) => {
    if (!isHere) return context.skip(why);
    const output = publishedOutput(manifest);
    const dims = inputDims(manifest, 1);
    const data = noise(dims);
    const expected = throughPython(path, manifest, variant, { dims, data, output });
    if (!expected) return context.skip(`${PYTHON} has no ONNX Runtime.`);
    const session = await onCpu.open({ path });
    const answer = await session.run({ [manifest.input.name]: { dims, data } }, [output]);
    await session.release();
    expect(cosine(answer[output].data, expected)).toBeGreaterThanOrEqual(0.9999);
  });
});

/** An output that the file itself has: inner tokens are ours. */
function publishedOutput({ embedding, labels }: ModelManifest): string {
  return embedding.from.kind === 'output' ? embedding.from.name : labels!.output;
}

function throughPython(
  path: string,
  { input }: ModelManifest,
  { network }: Variant,
  { dims, data, output }: { dims: number[]; data: Float32Array; output: string },
): Float32Array | null {
  if (spawnSync(PYTHON, ['-c', 'import onnxruntime']).status !== 0) return null;
  const { status, stdout, stderr } = spawnSync(
    PYTHON,
    [SCRIPT, path, input.name, dims.join(','), output],
    { input: Buffer.from(data.buffer), maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`${network.name} in Python: ${stderr}`);
  return new Float32Array(new Uint8Array(stdout).buffer);
}

function noise(dims: number[]): Float32Array {
  const random = new Random(7);
  const count = dims.reduce((product, dim) => product * dim, 1);
  return Float32Array.from({ length: count }, () => random.next() - 0.5);
}

function cosine(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
  return product / (Math.hypot(...a) * Math.hypot(...b));
}
