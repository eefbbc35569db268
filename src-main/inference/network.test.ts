import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyAst, tinyModel } from './fixtures/tiny-models.ts';
import { createLocalSession } from './local-session.ts';
import type { OutputTensor } from './local-session.ts';
import { INNER_OUTPUT, POOLED_OUTPUT, prepareNetwork } from './network.ts';
import type { NetworkFile } from './network.ts';
import { withOutputs } from './onnx/edit.ts';
import { graph } from './onnx/graph.ts';
import { layerNormOutputs } from './onnx/layer-norms.ts';
import { emptyAttribute, parseModel, writeModel } from './onnx/model.ts';
import type { Model, Tensor } from './onnx/model.ts';
import { bytesOf, integerField, messageField, readFields, textField } from './onnx/wire.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'earshot-network-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url);

const wave = (dims: number[]): { dims: number[]; data: Float32Array } => {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return { dims, data: Float32Array.from({ length }, (_, i) => Math.sin(i * i)) };
};

async function run(
  bytes: Uint8Array,
  feeds: Parameters<Awaited<ReturnType<typeof createLocalSession>>['run']>[0],
  fetches: string[],
): Promise<Record<string, OutputTensor>> {
  const session = await createLocalSession(bytes, 'cpu', { weightsFolder: folder });
  const answer = await session.run(feeds, fetches);
  await session.release();
  return answer;
}

function file(bytes: Uint8Array, rest: Partial<NetworkFile> = {}): NetworkFile {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  return { path, ...rest };
}

const TOKENS = { innerOutput: { find: 'last-layer-norm' as const, dims: 768 } };

describe('prepareNetwork', () => {
  it.each([
    { norm: 'decomposed' as const },
    { norm: 'operator' as const },
    { norm: 'decomposed' as const, quantised: true },
    { norm: 'operator' as const, quantised: true },
  ])('finds the tokens after the last layer norm that has any: %o', async (options) => {
    const bytes = tinyAst(options);
    const x = wave([2, 1024, 128]);
    const prepared = await prepareNetwork(file(bytes, TOKENS));
    const given = await run(prepared.bytes, { input_values: x }, [INNER_OUTPUT, 'logits']);
    expect(given[INNER_OUTPUT].dims).toEqual([2, 34, 768]);

    // Two norms of the block, the one after it, and the head's, which has no tokens any more.
    const model = parseModel(bytes);
    const norms = layerNormOutputs(model, 768);
    expect(norms).toHaveLength(4);
    const direct = writeModel(withOutputs(model, new Map([[norms[2], 'third']])));
    const { third, logits } = await run(direct, { input_values: x }, ['third', 'logits']);
    expect(given[INNER_OUTPUT].data).toEqual(third.data);
    expect(given.logits.data).toEqual(logits.data);
  });

  it.each([11, 17])('finds them as PyTorch exports them, opset %i', async (opset) => {
    const tokens = JSON.parse(readFileSync(fixture('torch-ast.json'), 'utf8')).flat();
    const path = fileURLToPath(fixture(`torch-ast-${opset}.onnx`));
    const innerOutput = { find: 'last-layer-norm' as const, dims: 8 };
    const { bytes } = await prepareNetwork({ path, innerOutput });
    const data = Float32Array.from({ length: 1024 * 128 }, (_, i) => Math.sin(0.001 * i));
    const x = { dims: [1, 1024, 128], data };
    const { [INNER_OUTPUT]: given } = await run(bytes, { input_values: x }, [INNER_OUTPUT]);
    expect(given.dims).toEqual([1, 34, 8]);
    const differences = given.data.map((value, i) => Math.abs(value - tokens[i]));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  it.each([
    ['mean', 768],
    ['first', 768],
    ['first-two-mean', 768],
    ['first-second-rest', 2304],
  ] as const)('pools tokens within the network: %s', async (tokens, width) => {
    const pooled = { tensor: INNER_OUTPUT, tokens };
    const prepared = await prepareNetwork(file(tinyAst(), { ...TOKENS, pooled }));
    const outputs = [INNER_OUTPUT, POOLED_OUTPUT];
    const given = await run(prepared.bytes, { input_values: wave([2, 1024, 128]) }, outputs);
    const meanOf = (from: number, to: number): number[] =>
      Array.from({ length: 768 }, (_, d) => {
        let sum = 0;
        for (let t = from; t < to; t++) sum += given[INNER_OUTPUT].data[(34 + t) * 768 + d];
        return sum / (to - from);
      });
    const expected = {
      mean: () => meanOf(0, 34),
      first: () => meanOf(0, 1),
      'first-two-mean': () => meanOf(0, 2),
      'first-second-rest': () => [...meanOf(0, 1), ...meanOf(1, 2), ...meanOf(2, 34)],
    }[tokens]();
    expect(given[POOLED_OUTPUT].dims).toEqual([2, width]);
    const second = given[POOLED_OUTPUT].data.subarray(width);
    expect(Math.max(...expected.map((v, i) => Math.abs(v - second[i])))).toBeLessThan(1e-5);
  });

  it('says where there is no such norm', async () => {
    await expect(prepareNetwork(file(tinyModel('yamnet'), TOKENS))).rejects.toThrow(
      'No layer norm over 768 values was found in this network',
    );
    const g = graph();
    const x = g.input('x', 'float32', ['batch', 768]);
    const ones = g.floats(Array(768).fill(1), [768]);
    g.op('LayerNormalization', [x, ones, ones], {}, 'y');
    g.output('y', 'float32', ['batch', 768]);
    await expect(prepareNetwork(file(g.bytes(), TOKENS))).rejects.toThrow(
      'None of the 1 layer norms of this network gives tokens of 768 values.',
    );
  });

  it('takes and gives float32 where a network has half precision outside', async () => {
    const g = graph();
    const x = g.input('x', 'float16', ['batch', 4]);
    g.op('Relu', [x], {}, 'y');
    g.output('y', 'float16', ['batch', 4]);
    const { bytes } = await prepareNetwork(file(g.bytes()));
    const feed = { dims: [1, 4], data: Float32Array.of(-1, 0.5, 2, 0.25) };
    const { y } = await run(bytes, { x: feed }, ['y']);
    expect([...y.data]).toEqual([0, 0.5, 2, 0.25]);
  });

  it('leaves a network that needs nothing as it is', async () => {
    const bytes = tinyModel('yamnet');
    const prepared = await prepareNetwork(file(bytes));
    expect(Buffer.from(prepared.bytes).equals(Buffer.from(bytes))).toBe(true);
  });

  it('says what is no network', async () => {
    const missing = { path: join(folder, 'none.onnx') };
    await expect(prepareNetwork(missing)).rejects.toMatchObject({ code: 'file-missing' });
    await expect(prepareNetwork(file(Buffer.from('no')))).rejects.toMatchObject({
      code: 'model-invalid',
    });
  });
});

describe('weights in other files', () => {
  const external = (location: string): Partial<Tensor> => ({
    raw: null,
    unknown: [
      messageField(13, [textField(1, 'location'), textField(2, location)]),
      integerField(14, 1),
    ],
  });

  /** y = x + w, where w lies in another file. */
  function withExternal(location: string): Model {
    const g = graph();
    const x = g.input('x', 'float32', [2]);
    g.op('Add', [x, g.floats([0, 0], [2])], {}, 'y');
    g.output('y', 'float32', [2]);
    const model = g.model();
    Object.assign(model.graph.initializers[0], external(location));
    return model;
  }

  it('are read from the folder of the network', async () => {
    mkdirSync(join(folder, 'parts'), { recursive: true });
    writeFileSync(join(folder, 'parts/w.bin'), new Uint8Array(Float32Array.of(5, 6).buffer));
    const network = file(writeModel(withExternal('parts/w.bin')));
    const { bytes, hasExternalData } = await prepareNetwork(network);
    expect(hasExternalData).toBe(true);
    const { y } = await run(bytes, { x: { dims: [2], data: Float32Array.of(1, 1) } }, ['y']);
    expect([...y.data]).toEqual([6, 7]);
  });

  it('are refused outside of it, and where they are missing', async () => {
    const outside = join(dirname(folder), 'earshot-outside.bin');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(folder, 'link.bin'));
    for (const location of ['../earshot-outside.bin', outside, 'parts/../..', 'link.bin', '']) {
      const network = file(writeModel(withExternal(location)));
      await expect(prepareNetwork(network)).rejects.toThrow('lies outside its folder');
    }
    const network = file(writeModel(withExternal('missing.bin')));
    await expect(prepareNetwork(network)).rejects.toThrow('missing.bin, which is not beside it');
    rmSync(outside);
  });

  it('are found within parts of the network', async () => {
    const inner = withExternal('/etc/passwd');
    const graphBytes = bytesOf(readFields(writeModel(inner)).find(({ number }) => number === 7)!);
    const outer = withExternal('parts/w.bin');
    outer.graph.nodes[0].attributes.push({
      ...emptyAttribute('then_branch', 5n),
      unknown: [messageField(6, readFields(graphBytes))],
    });
    await expect(prepareNetwork(file(writeModel(outer)))).rejects.toThrow(
      '"/etc/passwd", which lies outside its folder. It was not opened.',
    );
  });
});
