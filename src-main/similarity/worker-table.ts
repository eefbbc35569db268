import type { TrackComparison } from './contract.ts';
import type { SimilarAnswer, SimilarRequest } from './search.ts';
import type { VectorAnswer, VectorRequest } from './text-search.ts';

/** What the similarity process can be asked, see base/worker-calls.ts. */
export type SimilarityWorkerTable = {
  /** First of all: the database to read vectors from. */
  open: { input: { databasePath: string }; news: never; output: void };
  /** Null: of all models. */
  forget: { input: { model: string | null }; news: never; output: void };
  findSimilar: { input: SimilarRequest; news: never; output: SimilarAnswer };
  nearestToVector: { input: VectorRequest; news: never; output: VectorAnswer };
  compare: {
    input: { a: number; b: number; model: string };
    news: never;
    output: TrackComparison;
  };
};
