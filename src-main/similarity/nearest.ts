import { AppError } from '../base/errors.ts';
import { KernelThreads } from './kernel-threads.ts';
import { shippedFile } from '../base/shipped-files.ts';

export interface Neighbours {
  ids: Int32Array;
  /** Dot products, best first: the cosine where the vectors have length one. */
  similarities: Float32Array;
}

/** Row i holds the `k` nearest rows of row i, itself excluded, nearest first. */
export interface NeighbourGraph {
  k: number;
  /** n × k row numbers. */
  indices: Int32Array;
  /** n × k Euclidean distances between unit vectors: sqrt(2 - 2 cosine). */
  distances: Float32Array;
}

export interface IndexOptions {
  threads: number;
  /** The built `neighbours.wasm`; by default the one in `resources/wasm` of the source tree. */
  wasm?: string | URL;
}

/** Rows of one kernel call of `allNearest`: they stay in the second-level cache. */
const BLOCK_ROWS = 128;
/** Largest `k` of `nearest`. */
const MAX_RESULTS = 1024;
/** Nothing lies at address 0. */
const BASE = 1024;
/** The built kernels of the source tree. */
export const SOURCE_WASM = shippedFile('resources/wasm/neighbours.wasm');

/** Exact nearest neighbours over the rows of a matrix held in shared memory. One query at a time. */
export class VectorIndex {
  readonly count: number;
  readonly dims: number;
  readonly #ids: Int32Array;
  readonly #stride: number;
  readonly #threads: KernelThreads;
  /** Byte offsets: the padded query, per thread one list of results, the vectors. */
  readonly #query = BASE;
  readonly #lists: number;
  readonly #vectors: number;
  /** Kernels share the query slot and the lists, so calls wait for one another. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(ids: Int32Array, dims: number, threads: KernelThreads) {
    this.count = ids.length;
    this.dims = dims;
    this.#ids = ids.slice();
    this.#stride = padded(dims);
    this.#threads = threads;
    this.#lists = BASE + 4 * this.#stride;
    this.#vectors = vectorsOffset(this.#stride, threads.count);
  }

  /**
   * @param vectors n × d, rows of length one (see `standardise.ts`)
   * @param ids n identifiers to answer with
   * @throws AppError `bad-input` where `vectors` is no n × d matrix, `unavailable` without memory
   */
  static async create(
    vectors: Float32Array,
    ids: Int32Array,
    options: IndexOptions,
  ): Promise<VectorIndex> {
    const dims = ids.length === 0 ? 0 : vectors.length / ids.length;
    if (!Number.isInteger(dims)) throw new AppError('bad-input', 'Vectors and ids do not match.');
    const stride = padded(dims);
    const bytes = vectorsOffset(stride, options.threads) + 4 * stride * ids.length;
    const threads = await KernelThreads.start(
      options.wasm ?? SOURCE_WASM,
      bytes,
      Math.max(1, options.threads),
    );
    const index = new VectorIndex(ids, dims, threads);
    index.#fill(vectors);
    return index;
  }

  /**
   * @param query d values
   * @returns the `k` nearest (fewer where the library is smaller), best first
   */
  nearest(query: Float32Array, k: number): Promise<Neighbours> {
    if (query.length !== this.dims) {
      throw new AppError('bad-input', 'The query has another size than the library.');
    }
    return this.#enqueue(() => this.#search(query, Math.min(k, this.count, MAX_RESULTS)));
  }

  /** A row as it lies in memory. */
  row(row: number): Float32Array {
    const at = this.#vectors + 4 * this.#stride * row;
    return new Float32Array(this.#threads.memory.buffer, at, this.dims);
  }

  /** The dot product of the query with every row, in their order. */
  similarities(query: Float32Array): Promise<Float32Array> {
    return this.#enqueue(async () => {
      const scores = this.#growTables(this.count);
      new Float32Array(this.#threads.memory.buffer, this.#query, this.dims).set(query);
      const parts = this.#threads.count;
      const tasks = Array.from({ length: parts }, (_, part) => part);
      await this.#threads.runAll(tasks, (thread, part) => {
        const first = Math.floor((this.count * part) / parts);
        const end = Math.floor((this.count * (part + 1)) / parts);
        const args = [this.#query, this.#vectors, this.#stride, first, end, scores];
        return this.#threads.run(thread, 'scoresOf', args);
      });
      return new Float32Array(this.#threads.memory.buffer, scores, this.count).slice();
    });
  }

  /**
   * The kNN graph of all rows. `onProgress` gets 0 to 1.
   * @throws AppError `cancelled` after `signal`
   */
  allNearest(
    k: number,
    onProgress: (fraction: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<NeighbourGraph> {
    const width = Math.max(0, Math.min(k, this.count - 1));
    if (width === 0) {
      return Promise.resolve({
        k: 0,
        indices: new Int32Array(0),
        distances: new Float32Array(0),
      });
    }
    return this.#enqueue(() => this.#graph(width, onProgress, signal));
  }

  /** Questions asked before are answered first. */
  close(): Promise<void> {
    return this.#enqueue(() => this.#threads.close());
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => {});
    return result;
  }

  #fill(vectors: Float32Array): void {
    const rows = new Float32Array(this.#threads.memory.buffer, this.#vectors);
    for (let i = 0; i < this.count; i++) {
      rows.set(vectors.subarray(i * this.dims, (i + 1) * this.dims), i * this.#stride);
    }
  }

  async #search(query: Float32Array, k: number): Promise<Neighbours> {
    if (k <= 0) return { ids: new Int32Array(0), similarities: new Float32Array(0) };
    new Float32Array(this.#threads.memory.buffer, this.#query, this.dims).set(query);
    const lists = await this.#onThreads(async (thread) => {
      const scores = this.#lists + thread * 8 * MAX_RESULTS;
      const rows = scores + 4 * MAX_RESULTS;
      const first = Math.floor((this.count * thread) / this.#threads.count);
      const end = Math.floor((this.count * (thread + 1)) / this.#threads.count);
      const args = [this.#query, this.#vectors, this.#stride, first, end, k, scores, rows];
      await this.#threads.run(thread, 'nearest', args);
      return this.#list(scores, rows, k);
    });
    const best = lists.reduce((a, b) => mergeLists(a, b, k));
    return {
      ids: Int32Array.from(best.rows, (row) => this.#ids[row]),
      similarities: best.scores.slice(),
    };
  }

  /** Every thread takes blocks of rows and keeps its own n × k lists; they are merged at the end. */
  async #graph(
    k: number,
    onProgress: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<NeighbourGraph> {
    const size = this.count * k;
    const tables = this.#growTables(size);
    let next = 0;
    const lists = await this.#onThreads(async (thread) => {
      const scores = tables + thread * 8 * size;
      const rows = scores + 4 * size;
      await this.#threads.run(thread, 'clear', [scores, rows, size]);
      while (next < this.count) {
        if (signal?.aborted) throw new AppError('cancelled', 'The map was cancelled.');
        const first = next;
        next = Math.min(this.count, first + BLOCK_ROWS);
        const args = [this.#vectors, this.#stride, first, next, this.count, k, scores, rows];
        await this.#threads.run(thread, 'pairs', args);
        onProgress(1 - (1 - next / this.count) ** 2);
      }
      return this.#list(scores, rows, size);
    });
    return mergeGraphs(lists, this.count, k);
  }

  /** Waits for all threads even where one fails, so that none still writes afterwards. */
  async #onThreads(work: (thread: number) => Promise<ScoreList>): Promise<ScoreList[]> {
    const numbers = Array.from({ length: this.#threads.count }, (_, thread) => thread);
    const settled = await Promise.allSettled(numbers.map(work));
    return settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** Byte offset of room for one n × k table of scores and rows per thread, behind the vectors. */
  #growTables(size: number): number {
    const tables = this.#vectors + 4 * this.#stride * this.count;
    const missing =
      tables + 8 * size * this.#threads.count - this.#threads.memory.buffer.byteLength;
    if (missing > 0) this.#threads.memory.grow(Math.ceil(missing / 65536));
    return tables;
  }

  #list(scores: number, rows: number, length: number): ScoreList {
    const { buffer } = this.#threads.memory;
    return {
      scores: new Float32Array(buffer, scores, length),
      rows: new Int32Array(buffer, rows, length),
    };
  }
}

interface ScoreList {
  scores: Float32Array;
  rows: Int32Array;
}

const padded = (dims: number): number => Math.ceil(dims / 4) * 4;

const vectorsOffset = (stride: number, threads: number): number =>
  Math.ceil((BASE + 4 * stride + Math.max(1, threads) * 8 * MAX_RESULTS) / 64) * 64;

/** The best `k` of two sorted lists; the lower row first where scores are equal. */
function mergeLists(a: ScoreList, b: ScoreList, k: number): ScoreList {
  const merged = { scores: new Float32Array(k), rows: new Int32Array(k) };
  let i = 0;
  let j = 0;
  for (let slot = 0; slot < k; slot++) {
    const equal = a.scores[i] === b.scores[j];
    const fromA = equal ? b.rows[j] < 0 || a.rows[i] < b.rows[j] : a.scores[i] > b.scores[j];
    const source = fromA ? a : b;
    const at = fromA ? i++ : j++;
    merged.scores[slot] = source.scores[at];
    merged.rows[slot] = source.rows[at];
  }
  return merged;
}

function mergeGraphs(lists: ScoreList[], n: number, k: number): NeighbourGraph {
  const indices = new Int32Array(n * k);
  const distances = new Float32Array(n * k);
  for (let i = 0; i < n; i++) {
    const rowOf = (list: ScoreList): ScoreList => ({
      scores: list.scores.subarray(i * k, (i + 1) * k),
      rows: list.rows.subarray(i * k, (i + 1) * k),
    });
    const best = lists.map(rowOf).reduce((a, b) => mergeLists(a, b, k));
    indices.set(best.rows, i * k);
    for (let j = 0; j < k; j++) {
      distances[i * k + j] = Math.sqrt(Math.max(0, 2 - 2 * best.scores[j]));
    }
  }
  return { k, indices, distances };
}
