import { AppError } from '../base/errors.ts';
import { KernelThreads } from './kernel-threads.ts';
import { SOURCE_WASM } from './nearest.ts';
import type { IndexOptions, NeighbourGraph } from './nearest.ts';

export interface GraphOptions extends IndexOptions {
  /** Gets 0 to 1. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

const TREES = 16;
const LEAF = 64;
/** So many of the nearest, either way, are walked in a round; more neighbours are kept than that. */
const JOIN = 24;
/** Lists are at least so long while they improve: a short one loses the way. */
const MIN_KEPT = 30;
const MOST_ROUNDS = 10;
/** Rounds end when fewer than this part of the entries changed. */
const SETTLED = 0.002;
/** Tasks per kernel call of a node: small enough for all threads and for cancelling. */
const TASKS = 64;
const BASE = 1024;

/**
 * The kNN graph in about n × log n: recall is measured in `bench/projection.mjs`. The same input gives
 * the same graph, whatever the number of threads.
 * @param vectors n × dims, rows of length one
 * @throws AppError `cancelled` after `signal`, `unavailable` without memory
 */
export async function approximateGraph(
  vectors: Float32Array,
  dims: number,
  k: number,
  options: GraphOptions,
): Promise<NeighbourGraph> {
  const n = vectors.length / dims;
  const layout = layOutMemory(n, dims, Math.max(k, MIN_KEPT), options.threads);
  const threads = await KernelThreads.start(
    options.wasm ?? SOURCE_WASM,
    layout.end,
    Math.max(1, options.threads),
  );
  try {
    const search = new Descent(threads, layout, options);
    await search.plant(vectors);
    await search.walk();
    return search.graph(Math.min(k, n - 1));
  } finally {
    await threads.close();
  }
}

/** Byte offsets. Rows lie in the order of the first tree, so that neighbours share cache lines. */
interface Layout {
  n: number;
  dims: number;
  stride: number;
  kept: number;
  vectors: number;
  orders: number;
  scores: number;
  rows: number;
  fresh: number;
  oldRows: number;
  oldFresh: number;
  back: number;
  backFresh: number;
  scratch: number;
  scratchBytes: number;
  end: number;
}

function layOutMemory(n: number, dims: number, kept: number, threads: number): Layout {
  const stride = Math.ceil(dims / 4) * 4;
  let at = BASE;
  const take = (bytes: number): number => {
    const start = at;
    at = Math.ceil((at + bytes) / 64) * 64;
    return start;
  };
  const scratchBytes = Math.ceil((4 * (n + stride)) / 64) * 64;
  return {
    n,
    dims,
    stride,
    kept,
    vectors: take(4 * stride * n),
    orders: take(4 * n * TREES),
    scores: take(4 * n * kept),
    rows: take(4 * n * kept),
    fresh: take(n * kept),
    oldRows: take(4 * n * kept),
    oldFresh: take(n * kept),
    back: take(4 * n * JOIN),
    backFresh: take(n * JOIN),
    scratch: take(scratchBytes * threads),
    scratchBytes,
    end: at,
  };
}

/** Runs in the process that asked; the kernels run in threads. */
class Descent {
  readonly #threads: KernelThreads;
  readonly #layout: Layout;
  readonly #options: GraphOptions;
  /** Row in memory to row of the caller. */
  #original: Int32Array;

  constructor(threads: KernelThreads, layout: Layout, options: GraphOptions) {
    this.#threads = threads;
    this.#layout = layout;
    this.#options = options;
    this.#original = Int32Array.from({ length: layout.n }, (_, row) => row);
  }

  /** Trees, and the neighbours that their leaves show. */
  async plant(vectors: Float32Array): Promise<void> {
    const { n, orders, scores, rows, kept } = this.#layout;
    this.#fill(vectors);
    await this.#plantTree(0, 0);
    const first = new Int32Array(this.#buffer, orders, n);
    this.#original = first.slice();
    this.#fill(vectors);
    first.forEach((_, i) => (first[i] = i));
    await this.#threads.run(0, 'clear', [scores, rows, n * kept]);
    const others = Array.from({ length: TREES - 1 }, (_, tree) => tree + 1);
    await this.#threads.runAll(others, (thread, tree) => this.#plantTree(thread, tree));
    for (let tree = 0; tree < TREES; tree++) {
      this.#report(0.15 + (0.35 * tree) / TREES);
      await this.#joinLeaves(tree);
    }
  }

  async walk(): Promise<void> {
    const { n, kept } = this.#layout;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#report(1 - 0.5 / (1 + round));
      if ((await this.#walkOnce()) < SETTLED * n * kept) return;
    }
  }

  graph(k: number): NeighbourGraph {
    const { n, kept, scores, rows } = this.#layout;
    const allScores = new Float32Array(this.#buffer, scores, n * kept);
    const allRows = new Int32Array(this.#buffer, rows, n * kept);
    const indices = new Int32Array(n * k);
    const distances = new Float32Array(n * k);
    for (let row = 0; row < n; row++) {
      const to = this.#original[row] * k;
      for (let e = 0; e < k; e++) {
        const found = allRows[row * kept + e];
        // Only many equal rows leave a list unfilled: any of them will do.
        const isFound = found >= 0;
        const score = isFound ? allScores[row * kept + e] : allScores[row * kept];
        indices[to + e] = this.#original[isFound ? found : (row + e + 1) % n];
        distances[to + e] = Math.sqrt(Math.max(0, 2 - 2 * score));
      }
    }
    return { k, indices, distances };
  }

  get #buffer(): ArrayBufferLike {
    return this.#threads.memory.buffer;
  }

  #report(fraction: number): void {
    if (this.#options.signal?.aborted) throw new AppError('cancelled', 'The map was cancelled.');
    this.#options.onProgress?.(fraction);
  }

  #fill(vectors: Float32Array): void {
    const { dims, stride } = this.#layout;
    const rows = new Float32Array(this.#buffer, this.#layout.vectors);
    this.#original.forEach((row, i) =>
      rows.set(vectors.subarray(row * dims, (row + 1) * dims), i * stride),
    );
  }

  #plantTree(thread: number, tree: number): Promise<void> {
    const { vectors, stride, n, orders, scratch, scratchBytes } = this.#layout;
    const order = orders + 4 * n * tree;
    const own = scratch + thread * scratchBytes;
    const args = [vectors, stride, n, LEAF, 0x9e37 + 2 * tree, order, own];
    return this.#threads.run(thread, 'plantTree', args);
  }

  #joinLeaves(tree: number): Promise<void> {
    const { vectors, stride, n, orders, kept, scores, rows, fresh } = this.#layout;
    const order = orders + 4 * n * tree;
    return this.#threads.runAll(nodesOf(0, n, TASKS), (thread, [first, end]) => {
      const args = [vectors, stride, first, end, LEAF, order, kept, scores, rows, fresh];
      return this.#threads.run(thread, 'joinLeaves', args);
    });
  }

  /** One round over all rows; answers how many entries changed. */
  async #walkOnce(): Promise<number> {
    const { n, stride, kept, vectors, scores, rows, fresh, ...l } = this.#layout;
    const memory = new Uint8Array(this.#buffer);
    memory.copyWithin(l.oldRows, rows, rows + 4 * n * kept);
    memory.copyWithin(l.oldFresh, fresh, fresh + n * kept);
    const snapshot = [l.oldRows, l.oldFresh, l.back, l.backFresh];
    await this.#threads.run(0, 'reverse', [n, kept, JOIN, ...snapshot, l.scratch]);
    memory.fill(0, l.scratch, l.scratch + this.#threads.count * l.scratchBytes);
    await this.#threads.runAll(nodesOf(0, n, TASKS), (thread, [first, end]) => {
      const seen = l.scratch + thread * l.scratchBytes;
      const lists = [scores, rows, fresh, ...snapshot];
      const args = [vectors, stride, first, end, kept, JOIN, ...lists, seen, seen + 4 * n];
      return this.#threads.run(thread, 'descend', args);
    });
    let changed = 0;
    for (let thread = 0; thread < this.#threads.count; thread++) {
      changed += new Int32Array(this.#buffer, l.scratch + thread * l.scratchBytes + 4 * n, 1)[0];
    }
    return changed;
  }
}

/** The nodes of a tree over [first, end) some levels below its root, cut as the kernel cuts them. */
function nodesOf(first: number, end: number, count: number): [number, number][] {
  if (count <= 1 || end - first <= LEAF) return [[first, end]];
  const middle = (first + end) >> 1;
  return [...nodesOf(first, middle, count / 2), ...nodesOf(middle, end, count / 2)];
}
