// Runs in its own child process (see Host.forkWorker): registration only.
import { connectToParent } from '../base/worker-channel.ts';
import { SimilarityJobs } from './similarity-jobs.ts';
import type { SimilarityRequest } from './worker-protocol.ts';

const parent = connectToParent();
const jobs = new SimilarityJobs((answer) => parent.send(answer));
parent.onMessage((message) => void jobs.handle(message as SimilarityRequest));
