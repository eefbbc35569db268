// WebGPU for real, on the Vulkan driver without hardware that Chromium brings. Shaders compile for seconds.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../base/log.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { Layers } from './fixtures/layers.ts';
import { tinyModel } from './fixtures/tiny-models.ts';
import { createInference } from './room.ts';
import type { Inference, NetworkFile } from './room.ts';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const reason = existsSync(DRIVER) ? '' : ` (skipped: ${DRIVER} of Debian’s chromium is missing)`;

describe.skipIf(reason)(`WebGPU${reason}`, () => {
  let folder: string;
  let inference: Inference;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'earshot-webgpu-'));
    process.env.VK_ICD_FILENAMES = DRIVER; // The processes inherit it.
    inference = createInference({
      host: { forkWorker: forkNodeWorker, log: createLog('error') },
      dataFolder: folder,
    });
  });
  afterAll(() => {
    inference.close();
    delete process.env.VK_ICD_FILENAMES;
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (bytes: Uint8Array): NetworkFile => {
    const path = join(folder, 'network.onnx');
    writeFileSync(path, bytes);
    return { path };
  };

  it('passes its test and computes what the processor does', { timeout: 300_000 }, async () => {
    const reports = await inference.providers();
    const webgpu = reports.find(({ provider }) => provider === 'webgpu');
    expect(webgpu).toMatchObject({
      works: true,
      adapter: 'Vulkan driver vk_swiftshader_icd',
      reason: expect.stringContaining('slower than the processor'),
    });
    // Right, but software: only where it is asked for.
    expect(reports.at(-1)).toBe(webgpu);
    expect(webgpu!.difference).toBeLessThan(1e-5);

    const network = file(tinyModel('yamnet'));
    const data = Float32Array.from({ length: 96 * 64 }, (_, i) => Math.sin(i * i));
    const feeds = { patches: { dims: [1, 96, 64], data } };
    const session = await inference.open(network, { provider: 'webgpu' });
    const there = await session.run(feeds, ['embeddings', 'scores']);
    await session.release();
    const here = await inference.open(network, { provider: 'cpu' });
    const { embeddings, scores } = await here.run(feeds, ['embeddings', 'scores']);
    const differences = [
      ...embeddings.data.map((v, i) => Math.abs(v - there.embeddings.data[i])),
      ...scores.data.map((v, i) => Math.abs(v - there.scores.data[i])),
    ];
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  it('refuses networks that it cannot compute as a whole', { timeout: 300_000 }, async () => {
    await expect(inference.open(file(quantised()), { provider: 'webgpu' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/it leaves .*MatMulInteger.* to the processor/),
    });
  });
});

/** One product of 8-bit integers, for which WebGPU has no operator. */
function quantised(): Uint8Array {
  const layers = new Layers('quantised', 1, { quantised: true });
  const x = layers.g.input('x', 'float32', [64, 128]);
  layers.g.op('Relu', [layers.dense(x, 128, 256)], {}, 'y');
  layers.g.output('y', 'float32', [64, 256]);
  return layers.g.bytes();
}
