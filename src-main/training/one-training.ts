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
  isRunning = false;

  /**
   * @param busy what is said to who asks for a second one
   * @param endProcess called after every training: what was read would stay in its memory
   */
  constructor(busy: string, endProcess: () => void) {
    this.#busy = busy;
    this.#endProcess = endProcess;
  }

  /** @throws AppError `busy`, and what `work` throws after `onEnd` was told */
  async run<Output>(
    work: () => Promise<Output>,
    onEnd: (end: TrainingEnd) => void,
  ): Promise<Output> {
    if (this.isRunning) throw new AppError('busy', this.#busy);
    this.isRunning = true;
    try {
      return await work();
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      onEnd({ state: code === 'cancelled' ? 'cancelled' : 'failed', message });
      throw thrown;
    } finally {
      this.isRunning = false;
      this.#endProcess();
    }
  }
}
