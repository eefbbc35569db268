import type { PlainError } from '../base/errors.ts';

/**
 * Messages to the similarity process. `job` is chosen by the caller and comes back in the answer.
 * Vectors are sent once per `index` (a name such as the model id); a second `load` replaces them.
 */
export type SimilarityRequest =
  | {
      type: 'load';
      job: number;
      index: string;
      /** n × d, rows of length one. */
      vectors: Float32Array;
      ids: Int32Array;
      threads: number;
      /** The built `neighbours.wasm`; by default the one of the source tree. */
      wasm?: string;
    }
  | { type: 'nearest'; job: number; index: string; query: Float32Array; k: number }
  | { type: 'allNearest'; job: number; index: string; k: number }
  | { type: 'unload'; job: number; index: string }
  | { type: 'cancel'; job: number };

/** Messages from the similarity process: one answer per request other than `cancel`. */
export type SimilarityAnswer =
  | { type: 'loaded'; job: number; count: number }
  | { type: 'unloaded'; job: number }
  /** Best first. */
  | { type: 'nearest'; job: number; ids: Int32Array; similarities: Float32Array }
  /** `allNearest` only: 0 to 1. */
  | { type: 'progress'; job: number; fraction: number }
  /** n × k rows and Euclidean distances, nearest first, itself excluded. */
  | {
      type: 'allNearest';
      job: number;
      k: number;
      indices: Int32Array;
      distances: Float32Array;
    }
  /** `not-found` for an index that is not loaded, `cancelled` after a `cancel`. */
  | { type: 'error'; job: number; error: PlainError };
