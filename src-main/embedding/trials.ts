import { AppError } from '../base/errors.ts';
import type { ModelProgress, ModelTrial } from './contract.ts';

/** Tracks that a trial hears. */
export const TRIAL_TRACKS = 20;

interface Trial {
  startedAt: number;
  tracks: number;
  resolve(trial: ModelTrial): void;
  reject(why: AppError): void;
}

/** How models do on some tracks of the library: one trial per model at a time. */
export class Trials {
  readonly #open = new Map<string, Trial>();

  get models(): string[] {
    return [...this.#open.keys()];
  }

  has(model: string): boolean {
    return this.#open.has(model);
  }

  /** Answers once `end` is called for the model. @throws AppError `busy` */
  begin(model: string): Promise<ModelTrial> {
    if (this.has(model)) throw new AppError('busy', 'This model is being tried. Wait for it.');
    return new Promise((resolve, reject) => {
      this.#open.set(model, { startedAt: Date.now(), tracks: 0, resolve, reject });
    });
  }

  /** A track was heard. */
  count(model: string): void {
    const trial = this.#open.get(model);
    if (trial) trial.tracks++;
  }

  isComplete(model: string): boolean {
    return this.#open.get(model)?.tracks === TRIAL_TRACKS;
  }

  /** @param why it failed, or null; `describe` says what is known of the model by now */
  end(model: string, why: AppError | null, describe: (model: string) => ModelProgress): void {
    const trial = this.#open.get(model);
    if (!trial) return;
    this.#open.delete(model);
    if (why) return trial.reject(why);
    if (trial.tracks === 0) {
      const message =
        'No track could be heard for the trial. Every track may have been heard before.';
      return trial.reject(new AppError('unavailable', message));
    }
    const { tracks, startedAt } = trial;
    const seconds = (Date.now() - startedAt) / 1000;
    const { tracksPerMinute, forecastSeconds, forecastBytes, device } = describe(model);
    trial.resolve({
      model,
      tracks,
      seconds,
      tracksPerMinute: tracksPerMinute ?? (60 * tracks) / seconds,
      forecastSeconds: forecastSeconds ?? 0,
      forecastBytes: forecastBytes ?? 0,
      device: device ?? '',
    });
  }
}
