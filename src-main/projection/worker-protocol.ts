import type { PlainError } from '../base/errors.ts';
import type { FitOptions, FitStage, PlaceMapOptions } from './fit.ts';

/**
 * Messages to the projection process. `job` is chosen by the caller and comes back in every answer.
 * Typed arrays travel by structured clone.
 */
export type ProjectionRequest =
  | ({ type: 'fit'; job: number } & FitOptions)
  | ({ type: 'place'; job: number } & PlaceMapOptions)
  | { type: 'cancel'; job: number };

/** Messages from the projection process: any number of `progress`, then one `done` or `error`. */
export type ProjectionAnswer =
  /** `fraction` is 0 to 1 over both stages. */
  | { type: 'progress'; job: number; stage: FitStage; fraction: number }
  /** `fit`: n × dims of all tracks; `place`: of the new tracks only. */
  | { type: 'done'; job: number; coordinates: Float32Array }
  /** Code `cancelled` after a `cancel`. */
  | { type: 'error'; job: number; error: PlainError };
