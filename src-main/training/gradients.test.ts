import { expect, test } from 'vitest';
import { createLocalSession } from '../inference/room.ts';
import { convolve, convolveTransposed, maxPool, samePadding } from './convolution.ts';
import type { Size2, Window } from './convolution.ts';
import { Lcg } from './fixtures/lcg.ts';
import { composeTraining } from './compose.ts';
import { TrainingDevice } from './device.ts';
import { applyLayers } from './layers.ts';
import type { Layer } from './layers.ts';
import { binaryCrossEntropy, crossEntropy, meanSquaredError, whiteness } from './losses.ts';
import * as operators from './operators.ts';
import { sizeOf, Trace } from './tensor.ts';
import type { Tensor } from './tensor.ts';
import { Network } from './trainer.ts';

type Make = (...inputs: Tensor[]) => Tensor;

/** Central differences lose about half of float32's digits. */
const STEP = 1e-2;
const TOLERANCE = 2e-3;

/**
 * Compares the gradients of a weighted sum of what `make` gives with central differences, value by value.
 * `prepare` moves the random inputs (-1 to 1) to where the operator is smooth.
 */
async function compare(
  shapes: number[][],
  make: Make,
  prepare: (value: number, i: number) => number = (value) => value,
): Promise<void> {
  const trace = new Trace();
  const inputs = shapes.map((dims, i) => trace.input(`x${i}`, dims));
  const made = make(...inputs);
  const weights = trace.input('weights', made.dims);
  const loss = operators.sum(operators.multiply(made, weights));
  trace.output('loss', loss);
  trace.gradients(loss, inputs).forEach((gradient, i) => {
    expect(gradient.dims).toEqual(shapes[i]);
    trace.output(`g${i}`, gradient);
  });
  const session = await createLocalSession(trace.graph.bytes(), 'cpu');
  const random = new Lcg(7);
  const values = shapes.map((dims) => random.values(sizeOf(dims)).map(prepare));
  const spread = random.values(sizeOf(made.dims));
  const run = (fetches: string[]) => {
    const feeds = shapes.map((dims, i) => [`x${i}`, { dims, data: values[i] }] as const);
    const own = { weights: { dims: [...made.dims], data: spread } };
    return session.run({ ...Object.fromEntries(feeds), ...own }, fetches);
  };
  const lossNow = async (): Promise<number> => (await run(['loss'])).loss.data[0];
  const names = shapes.map((_, i) => `g${i}`);
  const found = await run(names);
  for (const [i, name] of names.entries()) {
    for (let at = 0; at < values[i].length; at++) {
      const before = values[i][at];
      values[i][at] = before + STEP;
      const above = await lossNow();
      values[i][at] = before - STEP;
      const below = await lossNow();
      values[i][at] = before;
      const expected = (above - below) / (2 * STEP);
      const error = Math.abs(found[name].data[at] - expected);
      expect(error, `${name}[${at}] should be ${expected}`).toBeLessThan(
        TOLERANCE * (1 + Math.abs(expected)),
      );
    }
  }
  await session.release();
}

/** Away from where a rectifier or a maximum bends. */
const distinct = (_: number, i: number): number => (((i * 7) % 23) - 11.5) / 6;
const positive = (value: number): number => 1.5 + value;

test('gradients of sums, differences and products, also where shapes broadcast', async () => {
  await compare([[2, 3], [3]], (a, b) => operators.add(a, b));
  await compare(
    [
      [2, 3],
      [2, 1],
    ],
    (a, b) => operators.subtract(a, b),
  );
  await compare([[3], [2, 3]], (a, b) => operators.multiply(a, b));
  await compare([[2, 3]], (a) => operators.multiply(a, a));
  await compare([[2, 3]], (a) => operators.scale(a, -0.7));
});

test('gradients of rectifiers, sigmoid and powers', async () => {
  await compare([[2, 5]], (x) => operators.relu(x), distinct);
  await compare([[2, 5]], (x) => operators.sigmoid(x));
  await compare([[2, 5]], (x) => operators.softplus(operators.scale(x, 4)));
  await compare([[2, 5]], (x) => operators.power(x, -0.5), positive);
  await compare([[2, 5]], (x) => operators.power(x, 2));
});

test('gradients of sums and means over axes, of new shapes and of a tensor used twice', async () => {
  await compare([[2, 3, 2]], (x) => operators.sum(x));
  await compare([[2, 3, 2]], (x) => operators.mean(x, [0, 2]));
  await compare([[2, 3]], (x) =>
    operators.add(operators.reshape(x, [6]), operators.reshape(x, [6])),
  );
});

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('gradients of a matrix product, turned over: %s, %s', async (turnA, turnB) => {
  const a = turnA ? [4, 2] : [2, 4];
  const b = turnB ? [3, 4] : [4, 3];
  await compare([a, b], (x, y) => operators.matmul(x, y, { turnA, turnB }));
});

const windowOf = (size: Size2, kernel: Size2, stride: Size2): Window => ({
  kernel,
  stride,
  pads: samePadding(size, kernel, stride),
});

test.each<[Size2, Size2, Size2]>([
  [
    [4, 5],
    [3, 3],
    [1, 1],
  ],
  [
    [5, 6],
    [3, 3],
    [2, 2],
  ],
  [
    [4, 7],
    [2, 3],
    [1, 2],
  ],
  [
    [6, 6],
    [3, 3],
    [3, 2],
  ],
])(
  'gradients of a convolution of %j with %j by steps of %j and of its way back',
  async (size, kernel, stride) => {
    const window = windowOf(size, kernel, stride);
    const small: Size2 = [Math.ceil(size[0] / stride[0]), Math.ceil(size[1] / stride[1])];
    await compare([[2, 2, ...size], [3, 2, ...kernel], [3]], (x, filters, bias) =>
      convolve(x, filters, bias, window),
    );
    await compare([[2, 2, ...small], [2, 3, ...kernel], [3]], (x, filters, bias) =>
      convolveTransposed(x, filters, bias, window, size),
    );
  },
);

test.each<[Size2, Size2]>([
  [
    [2, 2],
    [2, 2],
  ],
  [
    [3, 3],
    [2, 2],
  ],
])('gradients of the largest under windows of %j by steps of %j', async (kernel, stride) => {
  const window = windowOf([5, 4], kernel, stride);
  await compare([[1, 2, 5, 4]], (x) => maxPool(x, window), distinct);
});

test('gradients of the losses', async () => {
  const targets = (logits: Tensor): Tensor =>
    logits.trace.node(
      'OneHot',
      [logits.trace.integers([2, 0, 1]), logits.trace.integers([4]), oneHotValues(logits)],
      [3, 4],
    );
  await compare([[3, 4]], (logits) => crossEntropy(logits, targets(logits)));
  await compare([[3, 4]], (logits) =>
    binaryCrossEntropy(logits, targets(logits), [1, 2.5, 0.4, 7]),
  );
  await compare(
    [
      [3, 2],
      [3, 2],
    ],
    (a, b) => meanSquaredError(a, b),
  );
  await compare([[6, 2]], (points) => whiteness(points));
});

const oneHotValues = ({ trace }: Tensor): string => trace.graph.floats([0, 1], [2]);

test('gradients of all kinds of layers in one network, with penalties and dropout', async () => {
  const layers: Layer[] = [
    { kind: 'conv', filters: 2, kernel: [3, 3], stride: [1, 2] },
    { kind: 'batchNorm' },
    { kind: 'sigmoid' },
    { kind: 'maxPool', kernel: [2, 2], stride: [2, 2] },
    { kind: 'dense', units: 4, l2: 0.05 },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'reshape', dims: [1, 2, 2] },
    { kind: 'convTransposed', filters: 1, kernel: [3, 3], stride: [2, 2], size: [4, 3] },
  ];
  const composition = composeTraining({ x: [3, 1, 4, 6] }, ({ x }, scope) => {
    const y = applyLayers(layers, x, scope);
    return { loss: operators.mean(operators.multiply(y, y)) };
  });
  const random = new Lcg(3);
  const weights = composition.begin(random);
  const network = await Network.open(composition, new TrainingDevice());
  const count = composition.parameterCount;
  const inputs = {
    x: random.values(72),
    mask0: Float32Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? 0 : 4 / 3)),
    first: new Float32Array(count),
    second: new Float32Array(count),
    stepSize: Float32Array.of(0.001),
    secondScale: Float32Array.of(1),
  };
  // After one step the first moment is a tenth of the gradient.
  const { nextFirst } = await network.run(weights, inputs);
  const lossWith = async (at: number, change: number): Promise<number> => {
    const parameters = weights.parameters.slice();
    parameters[at] += change;
    return (await network.run({ ...weights, parameters }, inputs)).loss[0];
  };
  for (let at = 0; at < count; at++) {
    const expected = ((await lossWith(at, STEP)) - (await lossWith(at, -STEP))) / (2 * STEP);
    expect(Math.abs(10 * nextFirst[at] - expected), `parameter ${at}`).toBeLessThan(
      TOLERANCE * (1 + Math.abs(expected)),
    );
  }
  await network.release();
});
