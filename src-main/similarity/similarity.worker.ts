/** Entry of the similarity process: registration only. It keeps the vectors of a library in memory. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { openForReading } from '../database/room.ts';
import { SimilaritySearch } from './search.ts';
import type { SimilarityWorkerTable } from './worker-table.ts';

let search: SimilaritySearch;

serveWorkerCalls<SimilarityWorkerTable>({
  open: async ({ databasePath }) => {
    search = new SimilaritySearch(openForReading(databasePath));
  },
  forget: async () => search.forget(),
  findSimilar: (request) => search.findSimilar(request),
  compare: ({ a, b, model }) => search.compare(a, b, model),
});
