// Exact top 50 of 100,000 × 641 float32: latency per query, next to one pass over the same amount of memory
// by the same number of threads in the same run.
//   node bench/similar.mjs [--n 100000] [--threads 2] [--queries 200] [--json]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { VectorIndex } from '../src-main/similarity/room.ts';
import { clusteredVectors } from '../src-main/projection/fixtures/clusters.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000' },
    threads: { type: 'string', default: String(availableParallelism()) },
    queries: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const n = Number(values.n);
const threads = Number(values.threads);
const WIDTH = 641;
const K = 50;

const vectors = clusteredVectors(n, WIDTH, 20, 1);
const ids = Int32Array.from({ length: n }, (_, i) => i);
const index = await VectorIndex.create(vectors, ids, { threads });
const passes = await memoryPasses(vectors.byteLength, 40);
const queries = await timed(Number(values.queries), async (i) => {
  const row = (i * 7919) % n;
  const { ids: found } = await index.nearest(vectors.subarray(row * WIDTH, (row + 1) * WIDTH), K);
  if (found[0] !== row) throw new Error(`row ${row} is not its own nearest`);
});
await index.close();

const round = (value) => Math.round(value * 100) / 100;
const result = {
  n,
  width: WIDTH,
  k: K,
  threads,
  medianMs: round(at(queries, 0.5)),
  p95Ms: round(at(queries, 0.95)),
  memoryPassMedianMs: round(at(passes, 0.5)),
  ratioToPass: round(at(queries, 0.5) / at(passes, 0.5)),
};
if (values.json) console.log(JSON.stringify(result));
else console.table(result);
process.exitCode = result.p95Ms < 60 ? 0 : 1;

/** Milliseconds of `count` runs, ascending, after a few to warm up. */
async function timed(count, work) {
  for (let i = 0; i < 5; i++) await work(i);
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work(i);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

function at(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** Threads that look for a byte that is not there: memchr reads all of it at the speed of the memory. */
async function memoryPasses(bytes, count) {
  const code = `const { parentPort, workerData } = require('node:worker_threads');
    const memory = Buffer.alloc(workerData, 1);
    parentPort.on('message', () => parentPort.postMessage(memory.indexOf(2)));`;
  const workers = Array.from(
    { length: threads },
    () => new Worker(code, { eval: true, workerData: Math.floor(bytes / threads) }),
  );
  const pass = () =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.once('message', resolve);
            worker.postMessage(null);
          }),
      ),
    );
  const times = await timed(count, pass);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return times;
}
