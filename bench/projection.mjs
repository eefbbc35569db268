// Neighbour graph, UMAP and t-SNE: seconds and quality, next to umap-learn and scikit-learn on the same vectors
// in the same run where a Python has them (Debian: umap-learn, python3-sklearn). With several seeds times are the
// mean (`processor` that of all threads), and a score is the mean with its least and its most. scikit-learn's
// t-SNE of 20,000 takes ten minutes.
//   node bench/projection.mjs [--n 5000,20000] [--methods umap,tsne] [--seeds 42] [--reference 42]
//     [--python /usr/bin/python3] [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusteredVectors } from '../src-main/projection/fixtures/clusters.ts';
import { fitMap } from '../src-main/projection/fit.ts';
import { measureTrust } from '../src-main/projection/trust.ts';
import { neighbourGraph, VectorIndex } from '../src-main/similarity/room.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '5000,20000' },
    methods: { type: 'string', default: 'umap,tsne' },
    seeds: { type: 'string', default: '42' },
    reference: { type: 'string', default: '' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});
const WIDTH = 641;
const K = 15;
/** Maps are judged by so many tracks: among fewer, two maps would differ by chance more than in truth. */
const JUDGED = 5000;
const threads = availableParallelism();
const methods = values.methods.split(',');
const listOf = (text) => text.split(',').filter(Boolean).map(Number);
const results = [];
/** Long runs are worth reading before they end. */
const note = (row) => {
  results.push(row);
  console.error(JSON.stringify(row));
};

const PYTHON_START = `
import sys, time
import numpy as np
vectors = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, ${WIDTH})
`;
const PYTHON_END = `
points.astype(np.float32).tofile(sys.argv[2])
print(name, seconds, cpu, sep="\t")
`;
/** umap-learn compiles itself at its first fit, which is not counted. */
const PYTHON = {
  umap: `${PYTHON_START}
import umap
fit = lambda data: umap.UMAP(n_neighbors=${K}, min_dist=0.1, random_state=int(sys.argv[3])).fit_transform(data)
fit(vectors[:200])
start, cpu = time.perf_counter(), time.process_time()
points = fit(vectors)
seconds = time.perf_counter() - start
cpu = time.process_time() - cpu
name = "umap-learn " + umap.__version__
${PYTHON_END}`,
  tsne: `${PYTHON_START}
import sklearn
from sklearn.manifold import TSNE
start, cpu = time.perf_counter(), time.process_time()
points = TSNE(perplexity=30, init="pca", learning_rate="auto", random_state=int(sys.argv[3]), n_jobs=-1).fit_transform(vectors)
seconds = time.perf_counter() - start
cpu = time.process_time() - cpu
name = "scikit-learn " + sklearn.__version__
${PYTHON_END}`,
};

for (const n of listOf(values.n)) {
  const vectors = clusteredVectors(n, WIDTH, 20, 1);
  const ids = Int32Array.from({ length: n }, (_, row) => row);
  const index = await VectorIndex.create(vectors, ids, { threads });
  await ownGraph(n, vectors, index);
  for (const method of methods) {
    const options = { vectors, width: WIDTH, dims: 2, neighbours: K, minDist: 0.1, perplexity: 30 };
    const runs = [];
    for (const seed of listOf(values.seeds)) {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      const { points } = await fitMap({ ...options, method, seed, threads });
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const times = { seconds, processor: (user + system) / 1e6 };
      const scores = await score(points, index, vectors);
      runs.push({ what: `${method}, this program`, ...times, ...scores });
    }
    for (const seed of listOf(values.reference)) {
      runs.push(...(await reference(method, seed, vectors, index)));
    }
    for (const what of new Set(runs.map((run) => run.what))) {
      note({ n, what, ...summary(runs.filter((run) => run.what === what)) });
    }
  }
  await index.close();
}
if (values.json) console.log(JSON.stringify({ width: WIDTH, threads, results }));
else console.table(results);

async function ownGraph(n, vectors, index) {
  const start = performance.now();
  const { indices } = await neighbourGraph(vectors, WIDTH, K, { threads });
  const seconds = round((performance.now() - start) / 1000);
  const rows = Math.min(n, 1000);
  let hits = 0;
  for (let sample = 0; sample < rows; sample++) {
    const row = Math.floor((sample * n) / rows);
    const { ids } = await index.nearest(rowOf(vectors, row), K + 1);
    const truth = new Set([...ids].filter((id) => id !== row).slice(0, K));
    for (let e = 0; e < K; e++) hits += Number(truth.has(indices[row * K + e]));
  }
  note({ n, what: 'neighbour graph', seconds, 'recall@15': round(hits / rows / K) });
}

/** Runs umap-learn or scikit-learn over the same bytes; the clock runs around the fit alone. */
async function reference(method, seed, vectors, index) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  const [input, output] = [join(folder, 'vectors.f32'), join(folder, 'points.f32')];
  try {
    writeFileSync(input, Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength));
    const args = ['-W', 'ignore', '-c', PYTHON[method], input, output, String(seed)];
    const run = spawnSync(values.python, args, { encoding: 'utf8' });
    if (run.status !== 0) {
      console.error(run.error?.message ?? run.stderr.trim().split('\n').at(-1));
      return [];
    }
    const [name, ...times] = run.stdout.trim().split('\t');
    const points = new Float32Array(new Uint8Array(readFileSync(output)).buffer);
    const what = `${method}, ${name}`;
    const [seconds, processor] = times.map(Number);
    return [{ what, seconds, processor, ...(await score(points, index, vectors)) }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function score(points, index, vectors) {
  const distancesOf = async (row) =>
    (await index.similarities(rowOf(vectors, row))).map((similarity) => -similarity);
  const scores = await measureTrust({
    distancesOf,
    points,
    dims: 2,
    k: K,
    seed: 1,
    sampleAbove: JUDGED,
  });
  return {
    'recall@15': scores.recall,
    'trustworthiness@15': scores.trustworthiness,
    'continuity@15': scores.continuity,
  };
}

function summary(runs) {
  const scores = Object.keys(runs[0]).filter((name) => name.includes('@'));
  const meanOf = (name) => runs.reduce((sum, run) => sum + run[name], 0) / runs.length;
  const all = { seconds: round(meanOf('seconds')), processor: round(meanOf('processor')) };
  for (const name of scores) {
    const found = runs.map((run) => run[name]);
    const range = ` (${round(Math.min(...found))} to ${round(Math.max(...found))})`;
    all[name] = round(meanOf(name)) + (runs.length > 1 ? range : '');
  }
  return all;
}

function rowOf(vectors, row) {
  return vectors.subarray(row * WIDTH, (row + 1) * WIDTH);
}

function round(value) {
  return Math.round(Number(value) * 1000) / 1000;
}
