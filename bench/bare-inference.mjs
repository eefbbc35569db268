import { openNetwork } from '../src-main/inference/open-network.ts';

/**
 * Segments per second of `session.run` in a loop with nothing beside it, in this process: what a device gives
 * at best. The first run warms up and is not counted.
 * @param {{ network: object, provider: string, folder: string, input: string, dims: number[],
 *   output: string, seconds: number }} loop `dims`: of the whole batch; `folder`: for optimised networks
 * @returns {Promise<number>} the median over the batches
 */
export async function bareSegmentsPerSecond({ network, provider, folder, ...loop }) {
  const { input, dims, output, seconds } = loop;
  const session = await openNetwork(network, provider, folder);
  const length = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
  const run = () => session.run({ [input]: { dims, data } }, [output]);
  await run();
  const rates = [];
  const end = performance.now() + seconds * 1000;
  while (rates.length < 3 || performance.now() < end) {
    const start = performance.now();
    await run();
    rates.push((dims[0] * 1000) / (performance.now() - start));
  }
  await session.release();
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}
