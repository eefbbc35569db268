// Neighbour graph, UMAP and t-SNE: seconds and quality, next to umap-learn and scikit-learn on the same vectors
// in the same run where a Python has them (Debian: umap-learn, python3-sklearn).
//   node bench/projection.mjs [--n 5000,20000] [--methods umap,tsne] [--reference] [--python /usr/bin/python3] [--json]
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
    reference: { type: 'boolean', default: false },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});
const WIDTH = 641;
const K = 15;
const threads = availableParallelism();
const methods = values.methods.split(',');
const results = [];

const PYTHON_START = `
import sys, time
import numpy as np
vectors = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, ${WIDTH})
`;
const PYTHON_END = `
points.astype(np.float32).tofile(sys.argv[2])
print(name, seconds, sep="\t")
`;
/** umap-learn compiles itself at its first fit, which is not counted. */
const PYTHON = {
  umap: `${PYTHON_START}
import umap
fit = lambda data: umap.UMAP(n_neighbors=${K}, min_dist=0.1, random_state=42).fit_transform(data)
fit(vectors[:200])
start = time.perf_counter()
points = fit(vectors)
seconds = time.perf_counter() - start
name = "umap-learn " + umap.__version__
${PYTHON_END}`,
  tsne: `${PYTHON_START}
import sklearn
from sklearn.manifold import TSNE
start = time.perf_counter()
points = TSNE(perplexity=30, init="pca", learning_rate="auto", random_state=42, n_jobs=-1).fit_transform(vectors)
seconds = time.perf_counter() - start
name = "scikit-learn " + sklearn.__version__
${PYTHON_END}`,
};

for (const n of values.n.split(',').map(Number)) {
  const vectors = clusteredVectors(n, WIDTH, 20, 1);
  const ids = Int32Array.from({ length: n }, (_, row) => row);
  const index = await VectorIndex.create(vectors, ids, { threads });
  await ownGraph(n, vectors, index);
  for (const method of methods) {
    const options = { vectors, width: WIDTH, dims: 2, neighbours: K, minDist: 0.1, perplexity: 30 };
    const start = performance.now();
    const { points } = await fitMap({ ...options, method, seed: 42, threads });
    await note({ n, what: `${method}, this program`, start }, points, index, vectors);
    if (values.reference) await reference(n, method, vectors, index);
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
  results.push({ n, what: 'neighbour graph', seconds, 'recall@15': round(hits / rows / K) });
}

/** Runs umap-learn or scikit-learn over the same bytes; the clock runs around the fit alone. */
async function reference(n, method, vectors, index) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  const [input, output] = [join(folder, 'vectors.f32'), join(folder, 'points.f32')];
  writeFileSync(input, Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength));
  const run = spawnSync(values.python, ['-W', 'ignore', '-c', PYTHON[method], input, output], {
    encoding: 'utf8',
  });
  if (run.status === 0) {
    const bytes = readFileSync(output);
    const points = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    );
    const [name, seconds] = run.stdout.trim().split('\t');
    await note({ n, what: `${method}, ${name}`, seconds: round(seconds) }, points, index, vectors);
  } else {
    console.error(run.error?.message ?? run.stderr.trim().split('\n').at(-1));
  }
  rmSync(folder, { recursive: true });
}

async function note({ start, ...rest }, points, index, vectors) {
  const seconds = rest.seconds ?? round((performance.now() - start) / 1000);
  const distancesOf = async (row) =>
    (await index.similarities(rowOf(vectors, row))).map((similarity) => -similarity);
  const scores = await measureTrust({ distancesOf, points, dims: 2, k: K, seed: 1 });
  results.push({
    ...rest,
    seconds,
    'recall@15': round(scores.recall),
    'trustworthiness@15': round(scores.trustworthiness),
    'continuity@15': round(scores.continuity),
  });
}

function rowOf(vectors, row) {
  return vectors.subarray(row * WIDTH, (row + 1) * WIDTH);
}

function round(value) {
  return Math.round(Number(value) * 1000) / 1000;
}
