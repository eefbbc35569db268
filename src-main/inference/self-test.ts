import { AppError } from '../base/errors.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { Provider } from './contract.ts';
import { createLocalSession } from './local-session.ts';
import type { OutputTensor } from './local-session.ts';
import { graph } from './onnx/graph.ts';

/** Values are about 1. Core ML and tensor cores compute with 11 bits; what is wrong is wrong by far more. */
const TOLERANCE = 0.02;

/**
 * Computes a small network on a device and on the processor. Every operator must run on the device itself.
 * @returns the largest difference of a value
 * @throws AppError `unavailable`, with the reason, where it does not run or computes something else
 */
export async function selfTest(provider: Provider): Promise<number> {
  const expected = await compute('cpu');
  const given = provider === 'cpu' ? expected : await compute(provider);
  const differences = given.data.map((value, i) => Math.abs(value - expected.data[i]));
  const largest = Math.max(...differences); // Stays NaN where one is, and fails.
  if (largest <= TOLERANCE) return largest;
  throw new AppError(
    'unavailable',
    `${PROVIDER_NAMES[provider]} computes wrongly: a value is ${largest} away from the processor’s.`,
  );
}

async function compute(provider: Provider): Promise<OutputTensor> {
  const session = await createLocalSession(testNetwork(), provider, { strict: true });
  try {
    const picture = { dims: [1, 1, 8, 8], data: waves(64, 1) };
    return (await session.run({ picture }, ['values'])).values;
  } finally {
    await session.release();
  }
}

/** A convolution, a product of matrices and a soft maximum: what audio networks are made of. */
function testNetwork(): Uint8Array {
  const g = graph('self-test');
  const picture = g.input('picture', 'float32', [1, 1, 8, 8]);
  const kernel = g.floats(waves(4 * 9, 0.3), [4, 1, 3, 3]);
  const maps = g.op('Relu', [g.op('Conv', [picture, kernel], { kernel_shape: [3, 3] })]);
  const rows = g.op('Reshape', [maps, g.ints([4, 36])]);
  const product = g.op('MatMul', [rows, g.floats(waves(36 * 8, 0.5), [36, 8])]);
  const shares = g.op('Softmax', [product], { axis: -1 });
  g.op('Add', [product, shares], {}, 'values');
  g.output('values', 'float32', [4, 8]);
  return g.bytes();
}

const waves = (count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => size * Math.sin(i * i + 1));
