import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../base/errors.ts';

/**
 * A thread runs kernels over the shared memory and nothing else. It is a string so that it needs no
 * file of its own beside the bundle.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const instance = new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory, abort() {} } });
parentPort.on('message', ({ name, args }) => {
  instance.exports[name](...args);
  parentPort.postMessage(null);
});
`;

const PAGE = 65536;

interface Thread {
  worker: Worker;
  settle: { resolve: () => void; reject: (reason: Error) => void } | null;
}

/** WebAssembly threads over one shared memory. Each thread runs one kernel at a time. */
export class KernelThreads {
  readonly memory: WebAssembly.Memory;
  readonly #threads: Thread[];

  private constructor(memory: WebAssembly.Memory, threads: Thread[]) {
    this.memory = memory;
    this.#threads = threads;
  }

  /**
   * @param wasm a kernel built by `npm run build:wasm` with threads and imported memory
   * @throws AppError `unavailable` where the memory cannot be had
   */
  static async start(wasm: string | URL, bytes: number, count: number): Promise<KernelThreads> {
    const module = new WebAssembly.Module(await readFile(wasm));
    const memory = allocate(bytes);
    const threads = Array.from({ length: count }, () => startThread(module, memory));
    return new KernelThreads(memory, threads);
  }

  get count(): number {
    return this.#threads.length;
  }

  /** Every thread takes the next of `tasks` until none is left; waits for all even where one fails. */
  async runAll<Task>(
    tasks: readonly Task[],
    work: (thread: number, task: Task) => Promise<void>,
  ): Promise<void> {
    let next = 0;
    const settled = await Promise.allSettled(
      this.#threads.map(async (_, thread) => {
        while (next < tasks.length) await work(thread, tasks[next++]);
      }),
    );
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
  }

  run(thread: number, name: string, args: number[]): Promise<void> {
    const slot = this.#threads[thread];
    return new Promise((resolve, reject) => {
      slot.settle = { resolve, reject };
      slot.worker.ref();
      slot.worker.postMessage({ name, args });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
  }
}

function allocate(bytes: number): WebAssembly.Memory {
  const initial = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    return new WebAssembly.Memory({ initial, maximum: 65536, shared: true });
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'There is not enough memory to hold the vectors of all tracks.',
      {
        cause,
      },
    );
  }
}

/** The thread keeps the process alive only while a kernel runs. */
function startThread(module: WebAssembly.Module, memory: WebAssembly.Memory): Thread {
  const worker = new Worker(THREAD, { eval: true, workerData: { module, memory } });
  const thread: Thread = { worker, settle: null };
  const settle = (error: Error | null): void => {
    const waiting = thread.settle;
    thread.settle = null;
    worker.unref();
    if (error) waiting?.reject(error);
    else waiting?.resolve();
  };
  worker.on('message', () => settle(null));
  worker.on('error', (error: Error) => settle(error));
  worker.on('exit', () => settle(new AppError('cancelled', 'The search was closed.')));
  worker.unref();
  return thread;
}
