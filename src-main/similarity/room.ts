import type { Handlers } from '../base/contract.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { TrackRow } from '../library/contract.ts';
import type { SimilarTrack, similarityCalls } from './contract.ts';
import type { SimilarityWorkerTable } from './worker-table.ts';

export { KernelThreads } from './kernel-threads.ts';
export { neighbourGraph } from './neighbour-graph.ts';
export { VectorIndex } from './nearest.ts';
export { fitStandardiser } from './standardise.ts';
export { openVectorSpace } from './vector-space.ts';
export type { VectorSpace } from './vector-space.ts';

export interface SimilarityDeps {
  databasePath: string;
  forkWorker(): WorkerProcess;
  /** Rows of the library's list, in the order of the ids. */
  trackRows(ids: number[]): TrackRow[];
  /** Words in the space of a model's sounds, of length one. */
  textVector(model: string, text: string): Promise<Float32Array>;
}

/** Nearest tracks and comparisons, answered by a process that holds the vectors. */
export interface Similarity {
  calls: Handlers<typeof similarityCalls>;
  /** Vectors of a model, or of all, have come or gone. */
  forget(model?: string): void;
  close(): void;
}

export function createSimilarity({
  databasePath,
  forkWorker,
  trackRows,
  textVector,
}: SimilarityDeps): Similarity {
  const stale = new Set<string | null>();
  let opened = false;
  const worker = new WorkerCalls<SimilarityWorkerTable>(() => {
    const process = forkWorker();
    process.onExit(() => (opened = false));
    return process;
  });

  /** The process is told what changed just before the next question, so that a run costs it nothing. */
  async function ready(): Promise<typeof worker> {
    if (!opened) {
      opened = true;
      stale.clear();
      await worker.call('open', { databasePath });
    } else {
      const models = stale.has(null) ? [null] : [...stale];
      stale.clear(); // What changes from here on is for the next question.
      for (const model of models) await worker.call('forget', { model });
    }
    return worker;
  }

  /** Tracks that have gone meanwhile are left out. */
  function withRows(found: (Omit<SimilarTrack, 'track'> & { trackId: number })[]): SimilarTrack[] {
    const rows = trackRows(found.map(({ trackId }) => trackId));
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    return found.flatMap(({ trackId, ...rest }) => {
      const track = rowOf.get(trackId);
      return track ? [{ track, ...rest }] : [];
    });
  }

  return {
    calls: {
      'similarity.findSimilar': async (request) => {
        const answer = await (await ready()).call('findSimilar', request);
        return { ...answer, results: withRows(answer.results) };
      },
      'similarity.searchText': async ({ text, count, model }) => {
        const vector = await textVector(model, text);
        const answer = await (await ready()).call('nearestToVector', { model, vector, count });
        return { ...answer, results: withRows(answer.results) };
      },
      'similarity.compareTracks': async (pair) => (await ready()).call('compare', pair),
    },
    forget: (model) => void stale.add(model ?? null),
    close: () => worker.stop(),
  };
}
