import { AppError } from '../base/errors.ts';
import { COMPARISON_TOLERANCE, compareWithProcessor } from './compare.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { Provider } from './contract.ts';
import { graph } from './onnx/graph.ts';

/** Graphics cards take a millisecond or two; software that imitates one takes hundreds. */
const SLOW_MILLISECONDS = 30;

export interface TestResult {
  /** See `Comparison`. */
  difference: number;
  /** It computes rightly, but far slower than the processor would. */
  isSlow: boolean;
}

/**
 * Computes a small network on a device and on the processor. Every operator must run on the device itself.
 * @throws AppError `unavailable`, with the reason, where it does not run or computes something else
 */
export async function selfTest(provider: Provider): Promise<TestResult> {
  const picture = { dims: [1, 1, SIDE, SIDE], data: waves(SIDE * SIDE, 1) };
  const { difference, milliseconds } = await compareWithProcessor(provider, {
    network: testNetwork(),
    feeds: { picture },
    fetches: ['values'],
    strict: true,
  });
  if (difference <= COMPARISON_TOLERANCE) {
    return { difference, isSlow: provider !== 'cpu' && milliseconds > SLOW_MILLISECONDS };
  }
  throw new AppError(
    'unavailable',
    `${PROVIDER_NAMES[provider]} computes wrongly: a value is ${difference} away from the processor’s.`,
  );
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
