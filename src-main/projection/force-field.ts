import { KernelThreads } from '../similarity/room.ts';
import type { Affinities } from './affinities.ts';
import { shippedFile } from '../base/shipped-files.ts';

/** The built kernels of the source tree. */
const SOURCE_WASM = shippedFile('resources/wasm/forces.wasm');
/** How wide a cell may look for its points to count as one (Barnes & Hut 1986). */
const THETA = 0.5;
/** Sums depend on how points are shared out, and so must that on their number alone, not on that of the threads. */
const MOST_TASKS = 16;
/** For fewer the message to a thread takes longer than the work. */
const POINTS_PER_TASK = 500;
const tasksFor = (n: number): number => Math.min(MOST_TASKS, Math.ceil(n / POINTS_PER_TASK));
const BASE = 1024;

/** What pulls and pushes the points of a t-SNE map, computed by threads over shared memory. */
export class ForceField {
  /** n × dims, changed by the owner between two computations. */
  readonly points: Float32Array;
  /** n × dims, as are the points. */
  readonly attraction: Float32Array;
  /** n × dims, to be divided by the number that `compute` answers. */
  readonly repulsion: Float32Array;
  readonly #threads: KernelThreads;
  readonly #at: Record<string, number>;
  readonly #n: number;
  readonly #dims: number;

  private constructor(threads: KernelThreads, at: Record<string, number>, n: number, dims: number) {
    const { buffer } = threads.memory;
    this.points = new Float32Array(buffer, at.points, n * dims);
    this.attraction = new Float32Array(buffer, at.attraction, n * dims);
    this.repulsion = new Float32Array(buffer, at.repulsion, n * dims);
    this.#threads = threads;
    this.#at = at;
    this.#n = n;
    this.#dims = dims;
  }

  /** @throws AppError `unavailable` without memory */
  static async create(
    { starts, tails, weights }: Affinities,
    dims: 2 | 3,
    threads: number,
  ): Promise<ForceField> {
    const n = starts.length - 1;
    const { at, bytes } = layOutMemory(n, dims, tails.length);
    const kernels = await KernelThreads.start(SOURCE_WASM, bytes, threads);
    const { buffer } = kernels.memory;
    new Int32Array(buffer, at.starts, n + 1).set(starts);
    new Int32Array(buffer, at.tails, tails.length).set(tails);
    new Float32Array(buffer, at.weights, tails.length).set(weights);
    return new ForceField(kernels, at, n, dims);
  }

  /** Fills both forces for the points as they are; answers what the repulsion is divided by. */
  async compute(): Promise<number> {
    const at = this.#at;
    const { buffer } = this.#threads.memory;
    const [n, dims] = [this.#n, this.#dims];
    const planting = [at.points, dims, n, 1 / THETA ** 2, at.order, at.scratch, at.tree, at.count];
    await this.#threads.run(0, 'plant', planting);
    const [count] = new Int32Array(buffer, at.count, 1);
    const parts = tasksFor(n);
    const tasks = Array.from({ length: parts }, (_, task) => task);
    await this.#threads.runAll(tasks, (thread, task) => {
      const range = [task, task + 1].map((part) => Math.floor((n * part) / parts));
      const edges = [at.starts, at.tails, at.weights];
      const results = [at.attraction, at.repulsion, at.parts + 8 * task];
      const args = [at.points, dims, ...range, at.order, at.tree, count, ...edges, ...results];
      return this.#threads.run(thread, 'forces', args);
    });
    return new Float64Array(buffer, at.parts, parts).reduce((sum, part) => sum + part, 0);
  }

  close(): Promise<void> {
    return this.#threads.close();
  }
}

/** Byte offsets of all arrays. */
function layOutMemory(
  n: number,
  dims: number,
  edges: number,
): { at: Record<string, number>; bytes: number } {
  const sizes = {
    points: 4 * n * dims,
    attraction: 4 * n * dims,
    repulsion: 4 * n * dims,
    starts: 4 * (n + 1),
    tails: 4 * edges,
    weights: 4 * edges,
    order: 4 * n,
    scratch: 4 * (3 * n + 1024),
    tree: 32 * 2 * n,
    count: 4,
    parts: 8 * MOST_TASKS,
  };
  const at: Record<string, number> = {};
  let bytes = BASE;
  for (const [name, size] of Object.entries(sizes)) {
    at[name] = bytes;
    bytes = Math.ceil((bytes + size) / 64) * 64;
  }
  return { at, bytes };
}
