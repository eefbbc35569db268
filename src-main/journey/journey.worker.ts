/** Entry of the journey process: registration only. A file that brings it down takes nobody along. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { hearTrack } from './hear-track.ts';
import type { JourneyWorkerTable } from './worker-table.ts';

serveWorkerCalls<JourneyWorkerTable>({ hear: hearTrack });
