import { AppError } from '../base/errors.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { Provider } from './contract.ts';
import { createLocalSession } from './local-session.ts';
import { graph } from './onnx/graph.ts';

/** Values are about 1. Core ML and tensor cores compute with 11 bits; what is wrong is wrong by far more. */
const TOLERANCE = 0.02;

/** Graphics cards take a millisecond or two; software that imitates one takes hundreds. */
const SLOW_MILLISECONDS = 30;
const REPEATS = 3;

export interface TestResult {
  /** The largest difference of a value to the processor's. */
  difference: number;
  /** It computes rightly, but far slower than the processor would. */
  isSlow: boolean;
}

/**
 * Computes a small network on a device and on the processor. Every operator must run on the device itself.
 * @throws AppError `unavailable`, with the reason, where it does not run or computes something else
 */
export async function selfTest(provider: Provider): Promise<TestResult> {
  const expected = await compute('cpu');
  const given = provider === 'cpu' ? expected : await compute(provider);
  const differences = given.values.map((value, i) => Math.abs(value - expected.values[i]));
  const difference = Math.max(...differences); // Stays NaN where one is, and fails.
  if (difference <= TOLERANCE) {
    const isSlow = provider !== 'cpu' && given.milliseconds > SLOW_MILLISECONDS;
    return { difference, isSlow };
  }
  throw new AppError(
    'unavailable',
    `${PROVIDER_NAMES[provider]} computes wrongly: a value is ${difference} away from the processor’s.`,
  );
}

/** Values, and the time of the quickest run after the first, which compiles. */
async function compute(
  provider: Provider,
): Promise<{ values: Float32Array; milliseconds: number }> {
  const session = await createLocalSession(testNetwork(), provider, { strict: true });
  const picture = { dims: [1, 1, SIDE, SIDE], data: waves(SIDE * SIDE, 1) };
  try {
    const { values } = await session.run({ picture }, ['values']);
    let milliseconds = Infinity;
    for (let i = 0; i < REPEATS; i++) {
      const start = performance.now();
      await session.run({ picture }, ['values']);
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    return { values: values.data, milliseconds };
  } finally {
    await session.release();
  }
}

const SIDE = 32;
const MAPS = 8;
/** Values of a map after a convolution without padding. */
const INNER = (SIDE - 2) ** 2;
const WIDTH = 64;

/** A convolution, a product of matrices and a soft maximum: what audio networks are made of. */
function testNetwork(): Uint8Array {
  const g = graph('self-test');
  const picture = g.input('picture', 'float32', [1, 1, SIDE, SIDE]);
  const kernel = g.floats(waves(MAPS * 9, 0.3), [MAPS, 1, 3, 3]);
  const maps = g.op('Relu', [g.op('Conv', [picture, kernel], { kernel_shape: [3, 3] })]);
  const rows = g.op('Reshape', [maps, g.ints([MAPS, INNER])]);
  const product = g.op('MatMul', [rows, g.floats(waves(INNER * WIDTH, 0.1), [INNER, WIDTH])]);
  const shares = g.op('Softmax', [product], { axis: -1 });
  g.op('Add', [product, shares], {}, 'values');
  g.output('values', 'float32', [MAPS, WIDTH]);
  return g.bytes();
}

const waves = (count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => size * Math.sin(i * i + 1));
