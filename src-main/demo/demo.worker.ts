// Runs in a process of its own: composing keeps a processor busy for a minute.
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { makeAlbum } from './album.ts';
import type { DemoWorkerTable } from './worker-table.ts';

serveWorkerCalls<DemoWorkerTable>({
  makeAlbum: (plan, sendNews) => makeAlbum(plan, () => sendNews(null)),
});
