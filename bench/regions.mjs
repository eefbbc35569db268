// How well the regions of the map find groups that are really there: communities of the neighbour graph, as this
// program finds them, next to clusters by density (HDBSCAN) over the same vectors, where a Python has them: the
// package hdbscan, or scikit-learn 1.3 and later.
// Two made-up libraries whose groups are known: clouds apart, and clouds of very different sizes that run into
// one another with every tenth track between two of them, as styles of music do. With --library also a real one,
// whose groups are the first genres of its tracks.
//   node bench/regions.mjs [--n 4000] [--library <folder>] [--python /usr/bin/python3] [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src-main/database/room.ts';
import { FEATURES_MODEL } from '../src-main/features/room.ts';
import { clusteredVectors } from '../src-main/projection/fixtures/clusters.ts';
import { tagsOfRecordings } from '../src-main/projection/region-table.ts';
import { findRegions } from '../src-main/projection/regions.ts';
import { neighbourGraph, openVectorSpace } from '../src-main/similarity/room.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '4000' },
    library: { type: 'string' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});
const WIDTH = 641;
const CLUSTERS = 20;
const n = Number(values.n);
const results = [];

const PYTHON = `
import sys, time
import numpy as np
size = int(sys.argv[2])
try:
    import hdbscan
    name, model = "HDBSCAN", hdbscan.HDBSCAN(min_cluster_size=size)
except ImportError:
    from sklearn.cluster import HDBSCAN
    name, model = "HDBSCAN", HDBSCAN(min_cluster_size=size, copy=True, n_jobs=-1)
vectors = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, ${WIDTH}).astype(np.float64)
start = time.perf_counter()
labels = model.fit_predict(vectors)
print(name, time.perf_counter() - start, *labels)
`;

const libraries = { apart: apart(), running: runningTogether() };
if (values.library) libraries.real = real(values.library);
for (const [name, library] of Object.entries(libraries)) {
  own(
    name,
    library,
    await neighbourGraph(library.vectors, WIDTH, 15, { threads: availableParallelism() }),
  );
  for (const size of [5, 15, 50]) {
    if (4 * size < library.truth.length) reference(name, library, size);
  }
}
if (values.json) console.log(JSON.stringify({ n, clusters: CLUSTERS, results }));
else console.table(results);

function apart() {
  const truth = Array.from({ length: n }, (_, row) => row % CLUSTERS);
  return { vectors: clusteredVectors(n, WIDTH, CLUSTERS, 1), truth };
}

/** Cluster i holds a part in proportion to 1 / (i + 1); every tenth track lies between its own and the next. */
function runningTogether() {
  const shares = Array.from({ length: CLUSTERS }, (_, i) => 1 / (i + 1));
  const total = shares.reduce((sum, share) => sum + share);
  const truth = shares.flatMap((share, i) =>
    Array(Math.max(20, Math.round((n * share) / total))).fill(i),
  );
  const source = clusteredVectors(truth.length * CLUSTERS, WIDTH, CLUSTERS, 2);
  const vectors = new Float32Array(truth.length * WIDTH);
  truth.forEach((cluster, row) => {
    const at = (row * CLUSTERS + cluster) * WIDTH;
    const next = (row * CLUSTERS + ((cluster + 1) % CLUSTERS)) * WIDTH;
    const part = row % 10 === 0 ? 0.45 : 0;
    let length = 0;
    for (let d = 0; d < WIDTH; d++) {
      const value = (1 - part) * source[at + d] + part * source[next + d];
      vectors[row * WIDTH + d] = value;
      length += value * value;
    }
    for (let d = 0; d < WIDTH; d++) vectors[row * WIDTH + d] /= Math.sqrt(length);
  });
  return { vectors, truth };
}

/** The features of an indexed library; its tracks without a genre are left out. */
function real(folder) {
  const db = openDatabase(join(folder, 'library.db'));
  const { rows, recordingIds } = openVectorSpace(db, FEATURES_MODEL.id);
  const genres = tagsOfRecordings(db, recordingIds).map((tags) => tags.genres[0]);
  db.close();
  const known = genres.map((genre, row) => (genre ? row : -1)).filter((row) => row >= 0);
  const vectors = new Float32Array(known.length * WIDTH);
  known.forEach((row, i) => vectors.set(rows.subarray(row * WIDTH, (row + 1) * WIDTH), i * WIDTH));
  return { vectors, truth: known.map((row) => genres[row]) };
}

/** Every level, as they are shown at different zooms. */
function own(name, { truth }, graph) {
  const start = performance.now();
  const tags = truth.map(() => ({ genres: [], artist: '', year: null }));
  const { regions, regionOf } = findRegions(
    graph,
    new Float32Array(2 * truth.length),
    2,
    { tags, sounds: [] },
    42,
  );
  const seconds = (performance.now() - start) / 1000;
  const deepest = Math.max(...regions.map(({ level }) => level));
  for (let level = 0; level <= deepest; level++) {
    const labels = Array.from(regionOf, (region) => {
      let at = region;
      while (regions[at].level > level) at = regions[at].parent;
      return at;
    });
    note(name, `regions, level ${level}`, seconds, labels, truth);
  }
}

function reference(name, { vectors, truth }, size) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  const input = join(folder, 'vectors.f32');
  writeFileSync(input, Buffer.from(vectors.buffer));
  const run = spawnSync(values.python, ['-W', 'ignore', '-c', PYTHON, input, String(size)], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  rmSync(folder, { recursive: true });
  if (run.status !== 0) {
    console.error(run.error?.message ?? run.stderr.trim().split('\n').at(-1));
    return;
  }
  const [method, ...numbers] = run.stdout.trim().split(' ');
  const [seconds, ...labels] = numbers.map(Number);
  note(name, `${method}, at least ${size}`, seconds, labels, truth);
}

/** What density leaves outside (-1) counts as a group of its own, as it would be one grey crowd on the map. */
function note(library, what, seconds, labels, truth) {
  const groups = new Set(labels.filter((label) => label >= 0)).size;
  const outside = labels.filter((label) => label < 0).length / labels.length;
  results.push({
    library,
    what,
    seconds: round(seconds),
    groups,
    'left outside': round(outside),
    'adjusted Rand': round(adjustedRand(labels, truth)),
    'normalised mutual information': round(mutualInformation(labels, truth)),
    purity: round(purity(labels, truth)),
  });
}

function tally(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Hubert & Arabie 1985: 1 for the same groups, 0 for chance. */
function adjustedRand(labels, truth) {
  const pairs = (counts) => [...counts.values()].reduce((sum, c) => sum + (c * (c - 1)) / 2, 0);
  const together = pairs(tally(labels.map((label, row) => `${label} ${truth[row]}`)));
  const [a, b] = [pairs(tally(labels)), pairs(tally(truth))];
  const expected = (a * b) / ((labels.length * (labels.length - 1)) / 2);
  return (together - expected) / ((a + b) / 2 - expected);
}

/** Over the mean of both entropies: 1 for the same groups, about 0 for chance where groups are large. */
function mutualInformation(labels, truth) {
  const entropy = (keys) =>
    [...tally(keys).values()].reduce((sum, count) => {
      const part = count / labels.length;
      return sum - part * Math.log(part);
    }, 0);
  const [a, b] = [entropy(labels), entropy(truth)];
  const together = entropy(labels.map((label, row) => `${label} ${truth[row]}`));
  return (2 * (a + b - together)) / Math.max(a + b, 1e-12);
}

/** Part of the tracks that belong to the most frequent group of their region; what is left outside does not. */
function purity(labels, truth) {
  const most = new Map();
  for (const [key, count] of tally(labels.map((label, row) => `${label} ${truth[row]}`))) {
    const [label] = key.split(' ', 1);
    if (Number(label) >= 0) most.set(label, Math.max(most.get(label) ?? 0, count));
  }
  return [...most.values()].reduce((sum, count) => sum + count, 0) / labels.length;
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
