import type { Provider } from './contract.ts';
import { createLocalSession } from './local-session.ts';
import type { InputTensor } from './local-session.ts';

/** Opens sessions; only tests open others than those of ONNX Runtime. */
export type OpenSession = typeof createLocalSession;

/** The same work on a device and on the processor. */
export interface Comparison {
  /** The largest difference of a value, as a part of the largest value of its output; NaN where one is. */
  difference: number;
  /** Of the quickest run after the first, which compiles. */
  milliseconds: number;
  processorMilliseconds: number;
}

/** What is computed: the bytes of an ONNX file, what goes in, and which outputs come out. */
export interface TrialWork {
  network: Uint8Array;
  feeds: Record<string, InputTensor>;
  fetches: string[];
  /** Fails where a single operator would run on the processor instead. */
  strict?: boolean;
}

/** Values are wrong where they differ by more. Core ML and tensor cores compute with 11 bits. */
export const COMPARISON_TOLERANCE = 0.02;

const REPEATS = 3;

interface Computed {
  values: Float32Array[];
  milliseconds: number;
}

/** @throws AppError `unavailable` or others where the device does not take or compute the network */
export async function compareWithProcessor(
  provider: Provider,
  work: TrialWork,
  open: OpenSession = createLocalSession,
): Promise<Comparison> {
  const expected = await compute('cpu', work, open);
  const given = provider === 'cpu' ? expected : await compute(provider, work, open);
  const differences = given.values.map((values, i) => differenceOf(values, expected.values[i]));
  return {
    difference: Math.max(...differences),
    milliseconds: given.milliseconds,
    processorMilliseconds: expected.milliseconds,
  };
}

/** Stays NaN where a value is. */
function differenceOf(given: Float32Array, expected: Float32Array): number {
  let [largest, size] = [0, 0];
  expected.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(given[i] - value));
    size = Math.max(size, Math.abs(value));
  });
  return largest === 0 ? 0 : largest / size;
}

async function compute(
  provider: Provider,
  { network, feeds, fetches, strict }: TrialWork,
  open: OpenSession,
): Promise<Computed> {
  const session = await open(network, provider, { strict, spin: false });
  try {
    const outputs = await session.run(feeds, fetches);
    let milliseconds = Infinity;
    for (let i = 0; i < REPEATS; i++) {
      const start = performance.now();
      await session.run(feeds, fetches);
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    return { values: fetches.map((name) => outputs[name].data), milliseconds };
  } finally {
    await session.release();
  }
}
