import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkerName, WorkerProcess } from '../base/host.ts';

/** Where each worker lies in the sources; a build puts it beside the running file as `<name>.js`. */
const SOURCES: Record<WorkerName, string> = {
  demo: '../demo/demo.worker.ts',
  tags: '../library/tags.worker.ts',
  analysis: '../indexing/analysis.worker.ts',
  projection: '../projection/projection.worker.ts',
  similarity: '../similarity/similarity.worker.ts',
  classifiers: '../classifiers/classifiers.worker.ts',
  autoencoder: '../autoencoder/autoencoder.worker.ts',
  groups: '../groups/groups.worker.ts',
  journey: '../journey/journey.worker.ts',
  inference: '../inference/inference.worker.ts',
};

export function workerFile(name: WorkerName): string {
  // Built code may lie in `out/main/` itself or in its `chunks/`.
  const built = [`./${name}.js`, `../${name}.js`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return (
    built.find((path) => existsSync(path)) ?? fileURLToPath(new URL(SOURCES[name], import.meta.url))
  );
}

/** A child process of plain Node; Electron's own is in `electron/`. */
export function forkNodeWorker(name: WorkerName): WorkerProcess {
  const child = fork(workerFile(name), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  child.on('error', () => {}); // A process that never started also says `exit`, or refuses messages.
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
