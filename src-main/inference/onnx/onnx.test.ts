import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { float, floatTensor, graph } from './graph.ts';
import { parseModel, writeModel } from './model.ts';

const run = async (
  bytes: Uint8Array,
  feeds: Record<string, ort.Tensor>,
): Promise<ort.InferenceSession.OnnxValueMapType> =>
  (await ort.InferenceSession.create(bytes)).run(feeds);

const floats = (values: number[], dims: number[]): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(values), dims);

/** Every kind of attribute, both kinds of initialiser, an optional input, several outputs, a free size. */
function everything(): Uint8Array {
  const g = graph('everything');
  const x = g.input('x', 'float32', ['batch', 4]);
  const w = g.floats([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, -4], [4, 4], 'w');
  const scaled = g.op('Gemm', [x, w, ''], { alpha: float(2), transB: false });
  const [left, right] = g.node('Split', [scaled, g.ints([1, 3])], { axis: 1 }, 2);
  const turned = g.op('Transpose', [right], { perm: [1, 0] });
  const rows = g.op('Shape', [turned]);
  const fives = g.op('ConstantOfShape', [rows], { value: { tensor: floatTensor([5], [1]) } });
  g.op('Einsum', [turned, fives], { equation: 'ij,ij->j' }, 'sum');
  g.op('Relu', [left], {}, 'left');
  g.output('left', 'float32', ['batch', 1]);
  g.output('sum', 'float32', ['batch']);
  return g.bytes();
}

describe('graph', () => {
  it('makes networks that ONNX Runtime runs', async () => {
    const x = floats([1, 1, 1, 1, -2, 0, 1, 2], [2, 4]);
    const { left, sum } = await run(everything(), { x });
    expect(left.dims).toEqual([2, 1]);
    expect([...(left.data as Float32Array)]).toEqual([2, 0]);
    // 2·(2·1 + 3·1 - 4·1)·5 and 2·(3·1 - 4·2)·5
    expect([...(sum.data as Float32Array)]).toEqual([10, -50]);
  });

  it('refuses weights that do not fill their sizes', () => {
    expect(() => graph().floats([1, 2, 3], [2, 2], 'w')).toThrow(
      '3 values do not fill [2, 2] of w.',
    );
  });
});

describe('parseModel and writeModel', () => {
  it('give back what they were given, byte for byte', () => {
    const bytes = everything();
    expect(Buffer.from(writeModel(parseModel(bytes))).equals(Buffer.from(bytes))).toBe(true);
  });

  it('keep what they do not know', () => {
    const producer = [(2 << 3) | 2, 4, ...Buffer.from('test')];
    const future = [0xc0, 0x3e, 42]; // Field 1000, a number.
    const bytes = everything();
    const extended = Uint8Array.from([...bytes, ...producer, ...future]);
    const model = parseModel(extended);
    expect(model.unknown.map((field) => field.number)).toEqual([2, 1000]);
    expect(parseModel(writeModel(model)).unknown).toEqual(model.unknown);
  });

  it('read names, sizes and attributes', () => {
    const { graph: read, opsets, irVersion } = parseModel(everything());
    expect([irVersion, opsets]).toEqual([8n, [{ domain: '', version: 17n }]]);
    expect(read.inputs[0].type?.shape).toEqual(['batch', 4]);
    expect(read.nodes.map((node) => node.opType).slice(0, 2)).toEqual(['Gemm', 'Split']);
    expect(read.nodes[0].attributes.map(({ name, float: value }) => [name, value])).toEqual([
      ['alpha', 2],
      ['transB', null],
    ]);
    expect(read.initializers[0]).toMatchObject({ name: 'w', dims: [4n, 4n], elementType: 1n });
  });

  it('do not copy weights while reading', () => {
    const bytes = everything();
    expect(parseModel(bytes).graph.initializers[0].raw?.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a text', Buffer.from('<!DOCTYPE html><title>404</title>')],
    ['a cut file', everything().subarray(0, 200)],
    ['a number without an end', Uint8Array.from([8, ...Array(11).fill(255)])],
    ['a length beyond the file', Uint8Array.from([58, 255, 255, 255, 255, 127])],
    ['another message', Uint8Array.from([8, 8])],
    ['a field of the wrong kind', Uint8Array.from([8, 8, 56, 1])],
  ])('refuse %s', (_, bytes) => {
    expect(() => parseModel(bytes)).toThrow(/^This is not a(n ONNX model| readable ONNX file): /);
  });
});
