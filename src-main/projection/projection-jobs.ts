import { toPlainError } from '../base/errors.ts';
import { fitMap, placeInMap } from './fit.ts';
import type { FitProgress } from './fit.ts';
import type { ProjectionAnswer, ProjectionRequest } from './worker-protocol.ts';

/** Runs in the projection process: turns requests into answers. Several jobs may run at a time. */
export class ProjectionJobs {
  readonly #send: (answer: ProjectionAnswer) => void;
  readonly #running = new Map<number, AbortController>();

  constructor(send: (answer: ProjectionAnswer) => void) {
    this.#send = send;
  }

  async handle(request: ProjectionRequest): Promise<void> {
    const { job } = request;
    if (request.type === 'cancel') {
      this.#running.get(job)?.abort();
      return;
    }
    const controller = new AbortController();
    this.#running.set(job, controller);
    try {
      const coordinates = await this.#compute(request, controller.signal);
      this.#send({ type: 'done', job, coordinates });
    } catch (thrown) {
      this.#send({ type: 'error', job, error: toPlainError(thrown) });
    } finally {
      this.#running.delete(job);
    }
  }

  #compute(
    request: Exclude<ProjectionRequest, { type: 'cancel' }>,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    if (request.type === 'place') return placeInMap(request, signal);
    const report: FitProgress = (stage, fraction) =>
      this.#send({ type: 'progress', job: request.job, stage, fraction });
    return fitMap(request, report, signal);
  }
}
