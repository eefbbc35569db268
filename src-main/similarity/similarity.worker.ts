/** Entry of the similarity process: registration only. It keeps the vectors of a library in memory. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { openForReading } from '../database/room.ts';
import type { ReadableDb } from '../database/room.ts';
import { SimilaritySearch } from './search.ts';
import { nearestToVector } from './text-search.ts';
import type { SimilarityWorkerTable } from './worker-table.ts';

let db: ReadableDb;
let search: SimilaritySearch;

serveWorkerCalls<SimilarityWorkerTable>({
  open: async ({ databasePath }) => {
    db = openForReading(databasePath);
    search = new SimilaritySearch(db);
  },
  forget: async ({ model }) => search.forget(model),
  findSimilar: (request) => search.findSimilar(request),
  nearestToVector: async (request) => nearestToVector(db, request),
  compare: ({ a, b, model }) => search.compare(a, b, model),
});
