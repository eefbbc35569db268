import type { utilityProcess as UtilityProcess } from 'electron';
import type { WorkerName, WorkerProcess } from '../../base/host.ts';
import { workerFile } from '../node-workers.ts';

/** Child processes by Electron, which has no plain Node to start once packaged. */
export const forkElectronWorker =
  (utilityProcess: Pick<typeof UtilityProcess, 'fork'>) =>
  (name: WorkerName): WorkerProcess => {
    const child = utilityProcess.fork(workerFile(name), [], { serviceName: `Earshot ${name}` });
    return {
      pid: child.pid,
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', (code) => listener(code, null)),
      kill: () => void child.kill(),
    };
  };
