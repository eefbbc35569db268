import { AppError, toPlainError } from '../base/errors.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { Provider, ProviderReport } from './contract.ts';
import type { InputTensor, OutputTensor, TensorInfo } from './local-session.ts';
import { batchOf } from './memory-guard.ts';
import type { NetworkFile } from './network.ts';
import { reasonAgainst } from './provider-support.ts';
import type { InferenceWorkerTable } from './worker-table.ts';

/** A first test compiles shaders; a driver that hangs must not keep the program waiting for ever. */
const TEST_MILLISECONDS = 90_000;
/** Nor must a network that never ends: what opening it or a segment of it may take at most, */
const SLOWEST_MILLISECONDS = 10 * 60_000;
/** and, once a network is known, how many times as long as its slowest segment before, */
const PATIENCE = 20;
/** but not less than this. */
const QUICKEST_MILLISECONDS = 60_000;

/** Drivers that need no graphics card; a small test may be quick on them. */
const SOFTWARE = /swiftshader|lavapipe|llvmpipe|lvp_icd|softpipe/i;

/** Said of a device that works and is tried last all the same. */
const SLOW =
  'It computes rightly but slower than the processor, as software does that imitates a graphics card.';

export interface DeviceDeps {
  forkWorker(): WorkerProcess;
  /** Absolute folder of the optimised networks. */
  folder: string;
  /** Without work for so long, the process ends and its models leave the memory. */
  idleMilliseconds: number;
  /** What a segment of a network may take that has not answered yet; only tests are less patient. */
  slowestMilliseconds?: number;
}

/** One provider, served by one process that may die, one piece of work after another. */
export class Device {
  readonly provider: Provider;
  readonly #deps: DeviceDeps;
  readonly #calls: WorkerCalls<InferenceWorkerTable>;
  /** What the process that is running now holds. */
  readonly #opened = new Map<string, { inputs: TensorInfo[]; outputs: TensorInfo[] }>();
  /** Milliseconds of the slowest segment of each network. */
  readonly #slowest = new Map<string, number>();
  #tail: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #waiting = 0;
  #endedBy: string | null = null;

  constructor(provider: Provider, deps: DeviceDeps) {
    this.provider = provider;
    this.#deps = deps;
    this.#calls = new WorkerCalls(() => {
      const worker = deps.forkWorker();
      worker.onExit((_, signal) => {
        this.#opened.clear();
        this.#endedBy = signal;
      });
      return worker;
    });
  }

  /** The signal that ended the last process. The system sends SIGKILL where memory has run out. */
  get endedBy(): string | null {
    return this.#endedBy;
  }

  /** Never rejects. */
  test(): Promise<ProviderReport> {
    const { provider } = this;
    const refused = (reason: string): ProviderReport => ({
      provider,
      works: false,
      adapter: null,
      difference: null,
      reason,
    });
    const against = reasonAgainst(provider);
    if (against) return Promise.resolve(refused(against));
    return this.#inTurn(async () => {
      try {
        const test = this.#calls.call('selfTest', { provider });
        const { isSlow, ...found } = await this.#within(TEST_MILLISECONDS, test);
        const isSoftware = isSlow || SOFTWARE.test(found.adapter ?? '');
        return { provider, works: true, reason: isSoftware ? SLOW : null, ...found };
      } catch (thrown) {
        this.#calls.stop();
        return refused(toPlainError(thrown).message);
      }
    });
  }

  open(
    key: string,
    network: NetworkFile,
  ): Promise<{ inputs: TensorInfo[]; outputs: TensorInfo[] }> {
    return this.#inTurn(() => this.#ensureOpen(key, network));
  }

  /** Opens the network anew where the process has ended since. @throws AppError `timeout` where it hangs */
  run(
    key: string,
    network: NetworkFile,
    feeds: Record<string, InputTensor>,
    fetches: string[],
  ): Promise<Record<string, OutputTensor>> {
    return this.#inTurn(async () => {
      await this.#ensureOpen(key, network);
      const count = batchOf(feeds);
      const slowest = this.#slowest.get(key);
      const patience =
        slowest === undefined
          ? this.#slowestMilliseconds
          : Math.max(QUICKEST_MILLISECONDS, PATIENCE * slowest);
      const start = performance.now();
      const run = this.#calls.call('run', { key, feeds, fetches });
      const outputs = await this.#within(count * patience, run);
      this.#slowest.set(key, Math.max(slowest ?? 0, (performance.now() - start) / count));
      return outputs;
    });
  }

  release(key: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#slowest.delete(key);
      if (this.#opened.delete(key)) await this.#calls.call('release', { key });
    });
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#opened.clear();
    this.#calls.stop();
  }

  async #ensureOpen(
    key: string,
    network: NetworkFile,
  ): Promise<{ inputs: TensorInfo[]; outputs: TensorInfo[] }> {
    const { provider } = this;
    const { folder } = this.#deps;
    const known = this.#opened.get(key);
    if (known) return known;
    const open = this.#calls.call('open', { key, network, provider, folder });
    const info = await this.#within(this.#slowestMilliseconds, open);
    this.#opened.set(key, info);
    return info;
  }

  get #slowestMilliseconds(): number {
    return this.#deps.slowestMilliseconds ?? SLOWEST_MILLISECONDS;
  }

  /** Ends a process that does not answer in time; the next call starts another. */
  async #within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#opened.clear();
      this.#calls.stop();
    }, milliseconds);
    try {
      return await answer;
    } catch (thrown) {
      if (!isLate) throw thrown;
      const seconds = Math.ceil(milliseconds / 1000);
      const name = PROVIDER_NAMES[this.provider];
      throw new AppError(
        'timeout',
        `The process was ended: ${name} gave no answer in ${seconds} s.`,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    this.#waiting++;
    const result = this.#tail.then(work);
    this.#tail = result
      .catch(() => {})
      .then(() => {
        this.#waiting--;
        if (this.#waiting > 0) return;
        this.#idle = setTimeout(() => this.stop(), this.#deps.idleMilliseconds);
        this.#idle.unref();
      });
    return result;
  }
}

/** What is said where a process that computes has died for the second time. */
export const diedTwice = (device: Device): AppError =>
  new AppError(
    'process-died',
    `Computing on ${PROVIDER_NAMES[device.provider]} ended its process twice` +
      `${device.endedBy ? ` (${device.endedBy})` : ''}.`,
  );
