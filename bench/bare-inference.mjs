import { openNetwork } from '../src-main/inference/open-network.ts';

/**
 * `session.run` in a loop with nothing beside it, in this process: what a device gives at best. The first run warms up and is not counted.
 * @param {{ network: object, provider: string, folder: string, input: string, dims: number[],
 *   output: string, seconds: number }} loop `dims`: of the whole batch; `folder`: for optimised networks
 * @returns {Promise<{ rate: number, processorSeconds: number }>} segments per second, the median over the batches,
 *   and processor seconds per segment
 */
export async function bareLoop({ network, provider, folder, ...loop }) {
  const { input, dims, output, seconds } = loop;
  const session = await openNetwork(network, provider, folder);
  const length = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
  const run = () => session.run({ [input]: { dims, data } }, [output]);
  await run();
  const rates = [];
  const before = process.cpuUsage();
  const end = performance.now() + seconds * 1000;
  while (rates.length < 3 || performance.now() < end) {
    const start = performance.now();
    await run();
    rates.push((dims[0] * 1000) / (performance.now() - start));
  }
  const { user, system } = process.cpuUsage(before);
  const processorSeconds = (user + system) / 1e6 / (rates.length * dims[0]);
  await session.release();
  return { rate: rates.sort((a, b) => a - b)[rates.length >> 1], processorSeconds };
}
