import { AppError, toPlainError } from '../base/errors.ts';
import { VectorIndex } from './nearest.ts';
import type { SimilarityAnswer, SimilarityRequest } from './worker-protocol.ts';

type Work = Exclude<SimilarityRequest, { type: 'cancel' }>;

/** Runs in the similarity process: holds the indexes and answers requests. */
export class SimilarityJobs {
  readonly #send: (answer: SimilarityAnswer) => void;
  readonly #indexes = new Map<string, VectorIndex>();
  readonly #running = new Map<number, AbortController>();

  constructor(send: (answer: SimilarityAnswer) => void) {
    this.#send = send;
  }

  async handle(request: SimilarityRequest): Promise<void> {
    const { job } = request;
    if (request.type === 'cancel') {
      this.#running.get(job)?.abort();
      return;
    }
    const controller = new AbortController();
    this.#running.set(job, controller);
    try {
      this.#send(await this.#answer(request, controller.signal));
    } catch (thrown) {
      this.#send({ type: 'error', job, error: toPlainError(thrown) });
    } finally {
      this.#running.delete(job);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#indexes.keys()].map((name) => this.#unload(name)));
  }

  async #answer(request: Work, signal: AbortSignal): Promise<SimilarityAnswer> {
    const { job, index: name } = request;
    if (request.type === 'load') return { type: 'loaded', job, count: await this.#load(request) };
    if (request.type === 'unload') {
      await this.#unload(name);
      return { type: 'unloaded', job };
    }
    const index = this.#indexes.get(name);
    if (!index) throw new AppError('not-found', 'These vectors are not loaded.');
    if (request.type === 'nearest') {
      return { type: 'nearest', job, ...(await index.nearest(request.query, request.k)) };
    }
    const report = (fraction: number): void => this.#send({ type: 'progress', job, fraction });
    return { type: 'allNearest', job, ...(await index.allNearest(request.k, report, signal)) };
  }

  async #load(request: Extract<Work, { type: 'load' }>): Promise<number> {
    const index = await VectorIndex.create(request.vectors, request.ids, request);
    await this.#unload(request.index);
    this.#indexes.set(request.index, index);
    return index.count;
  }

  async #unload(name: string): Promise<void> {
    const index = this.#indexes.get(name);
    this.#indexes.delete(name);
    await index?.close();
  }
}
