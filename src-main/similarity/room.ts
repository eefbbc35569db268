import type { Handlers } from '../base/contract.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { TrackRow } from '../library/contract.ts';
import type { similarityCalls } from './contract.ts';
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
}

/** Nearest tracks and comparisons, answered by a process that holds the vectors. */
export interface Similarity {
  calls: Handlers<typeof similarityCalls>;
  /** Vectors have come or gone. */
  forget(): void;
  close(): void;
}

export function createSimilarity({
  databasePath,
  forkWorker,
  trackRows,
}: SimilarityDeps): Similarity {
  let stale = false;
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
      await worker.call('open', { databasePath });
    } else if (stale) {
      await worker.call('forget', {});
    }
    stale = false;
    return worker;
  }

  return {
    calls: {
      'similarity.findSimilar': async (request) => {
        const answer = await (await ready()).call('findSimilar', request);
        const rows = trackRows(answer.results.map((result) => result.trackId));
        const rowOf = new Map(rows.map((row) => [row.id, row]));
        const results = answer.results.flatMap(({ trackId, similarity }) => {
          const track = rowOf.get(trackId);
          return track ? [{ track, similarity }] : [];
        });
        return { ...answer, results };
      },
      'similarity.compareTracks': async ({ a, b }) =>
        (await ready()).call('compare', { a, b, model: 'features' }),
    },
    forget: () => (stale = true),
    close: () => worker.stop(),
  };
}
