import { AppError, toPlainError } from '../base/errors.ts';

/** How a training ended that did not come to its end. */
export interface TrainingEnd {
  state: 'cancelled' | 'failed';
  message: string;
}

/** Lets one training run at a time, in a process that is ended with it. */
export class OneTraining {
  readonly #busy: string;
  readonly #endProcess: () => void;
  #running: AbortController | null = null;

  /**
   * @param busy what is said to who asks for a second one
   * @param endProcess called after every training: what was read would stay in its memory
   */
  constructor(busy: string, endProcess: () => void) {
    this.#busy = busy;
    this.#endProcess = endProcess;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Ends the training at once, whatever it waits for. */
  cancel(): void {
    this.#running?.abort(new AppError('cancelled', 'The training was cancelled.'));
  }

  /**
   * @param work looks at the signal before it begins something in the process
   * @throws AppError `busy`, `cancelled`, and what `work` throws after `onEnd` was told
   */
  async run<Output>(
    work: (signal: AbortSignal) => Promise<Output>,
    onEnd: (end: TrainingEnd) => void,
  ): Promise<Output> {
    if (this.#running) throw new AppError('busy', this.#busy);
    const { signal } = (this.#running = new AbortController());
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as AppError));
    });
    try {
      return await Promise.race([work(signal), cancelled]);
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      onEnd({ state: code === 'cancelled' ? 'cancelled' : 'failed', message });
      throw thrown;
    } finally {
      this.#running = null;
      this.#endProcess();
    }
  }
}
