import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerProcess } from '../base/host.ts';
import { createLog } from '../base/log.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { PROVIDERS } from './contract.ts';
import { tinyAst } from './fixtures/tiny-models.ts';
import { createInference, createLocalSession, INNER_OUTPUT, POOLED_OUTPUT } from './room.ts';
import type { Inference, NetworkFile } from './room.ts';

let folder: string;
let network: NetworkFile;
const workers: WorkerProcess[] = [];

const create = (idleMilliseconds?: number): Inference =>
  createInference({
    host: {
      log: createLog('error'),
      forkWorker: (name) => {
        const worker = forkNodeWorker(name);
        workers.push(worker);
        return worker;
      },
    },
    dataFolder: folder,
    idleMilliseconds,
  });

const spectrogram = {
  input_values: {
    dims: [1, 1024, 128],
    data: Float32Array.from({ length: 1024 * 128 }, (_, i) => Math.sin(i * i)),
  },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-inference-'));
  network = {
    path: join(folder, 'ast.onnx'),
    innerOutput: { find: 'last-layer-norm', dims: 768 },
    pooled: { tensor: INNER_OUTPUT, tokens: 'mean' },
  };
  writeFileSync(network.path, tinyAst());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('createInference', () => {
  it('reports every provider with the reason against it', async () => {
    const inference = create();
    const reports = await inference.calls['inference.listProviders']({ again: false });
    inference.close();
    // Devices that are software come last.
    expect(reports.map(({ provider }) => provider).toSorted()).toEqual(PROVIDERS.toSorted());
    const cpu = reports.find(({ provider }) => provider === 'cpu');
    expect(cpu).toMatchObject({ works: true, difference: 0, reason: null });
    for (const { works, reason } of reports) {
      if (!works) expect(reason).toMatch(/^[A-Z].*[.)]$/s);
    }
  });

  it('computes in a process of its own what is computed here', async () => {
    const inference = create();
    const session = await inference.open(network, { provider: 'cpu' });
    expect(session.inputs).toEqual(['input_values']);
    expect(session.outputs.map((output) => output.name)).toEqual([
      'logits',
      INNER_OUTPUT,
      POOLED_OUTPUT,
    ]);
    const answer = await session.run(spectrogram, ['logits', INNER_OUTPUT, POOLED_OUTPUT]);
    inference.close();

    const here = await createLocalSession(tinyAst(), 'cpu');
    const { logits } = await here.run(spectrogram, ['logits']);
    expect(largestDifference(answer.logits.data, logits.data)).toBeLessThan(1e-5);
    const { dims, data } = answer[INNER_OUTPUT];
    expect(dims).toEqual([1, 34, 768]);
    const mean = Float32Array.from({ length: 768 }, (_, d) => {
      let sum = 0;
      for (let token = 0; token < 34; token++) sum += data[token * 768 + d];
      return sum / 34;
    });
    expect(largestDifference(answer[POOLED_OUTPUT].data, mean)).toBeLessThan(1e-5);
  });

  it('keeps the optimised network and uses it the next time', async () => {
    const files = (): string[] =>
      readdirSync(join(folder, 'optimised-networks')).filter((name) => name.includes('-cpu-'));
    const before = files();
    expect(before).toHaveLength(1);
    const inference = create();
    const session = await inference.open(network, { provider: 'cpu' });
    const { [POOLED_OUTPUT]: pooled } = await session.run(spectrogram, [POOLED_OUTPUT]);
    expect(pooled.dims).toEqual([1, 768]);
    expect(files()).toEqual(before);

    writeFileSync(join(folder, 'optimised-networks', before[0]), 'cut off');
    const again = await inference.open(network, { provider: 'cpu' });
    expect((await again.run(spectrogram, [POOLED_OUTPUT]))[POOLED_OUTPUT]).toEqual(pooled);
    inference.close();
  });

  it('goes on after its process has died or ended for want of work', async () => {
    const inference = create(50);
    const session = await inference.open(network, { provider: 'cpu' });
    const first = await session.run(spectrogram, ['logits']);
    process.kill(workers.at(-1)!.pid!, 'SIGSEGV');
    expect(await session.run(spectrogram, ['logits'])).toEqual(first);
    const [worker, count] = [workers.at(-1)!, workers.length];
    await new Promise((resolve) => worker.onExit(resolve));
    expect(await session.run(spectrogram, ['logits'])).toEqual(first);
    expect(workers).toHaveLength(count + 1);
    inference.close();
  });

  it('says what is wrong with a file and goes on with others', async () => {
    const inference = create();
    const open = (path: string): Promise<unknown> => inference.open({ ...network, path });
    await expect(open(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'file-missing' });
    writeFileSync(join(folder, 'page.onnx'), '<html>404</html>');
    await expect(open(join(folder, 'page.onnx'))).rejects.toMatchObject({ code: 'model-invalid' });
    const session = await inference.open(network);
    const wrong = { input_values: { dims: [1, 2, 3], data: new Float32Array(6) } };
    await expect(session.run(wrong, ['logits'])).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(session.run(spectrogram, ['no'])).rejects.toThrow(
      'This network has no output no;',
    );
    expect((await session.run(spectrogram, ['logits'])).logits.dims).toEqual([1, 527]);
    inference.close();
  });
});

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? Math.max(...a.map((value, i) => Math.abs(value - b[i]))) : Infinity;
