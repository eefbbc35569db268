// Runs in its own child process (see Host.forkWorker): registration only.
import { connectToParent } from '../base/worker-channel.ts';
import { ProjectionJobs } from './projection-jobs.ts';
import type { ProjectionRequest } from './worker-protocol.ts';

const parent = connectToParent();
const jobs = new ProjectionJobs((answer) => parent.send(answer));
parent.onMessage((message) => void jobs.handle(message as ProjectionRequest));
