/** Entry of the projection process: registration only. It is stopped to cancel what it does. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { openForReading } from '../database/room.ts';
import type { ReadableDb } from '../database/room.ts';
import { adoptPoints, fitLibrary, placeInLibrary } from './library-fit.ts';
import type { ProjectionWorkerTable } from './worker-table.ts';

serveWorkerCalls<ProjectionWorkerTable>({
  fit: ({ databasePath, parameters }, sendNews) =>
    reading(databasePath, (db) => fitLibrary(db, parameters, sendNews)),
  adopt: ({ databasePath, parameters, points }) =>
    reading(databasePath, (db) => adoptPoints(db, parameters, points)),
  place: ({ databasePath, mapId }) => reading(databasePath, (db) => placeInLibrary(db, mapId)),
});

async function reading<T>(path: string, work: (db: ReadableDb) => Promise<T>): Promise<T> {
  const db = openForReading(path);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
