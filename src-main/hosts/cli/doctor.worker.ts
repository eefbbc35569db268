// Runs in a process of its own: a driver that brings it down must not take `doctor` along.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { serveWorkerCalls } from '../../base/worker-calls.ts';
import { sumModel } from './sum-model.ts';

/** What the process can be asked. */
export type DoctorWorkerTable = {
  /** Runs a model of one node; rejects where this execution provider does not work. */
  tryProvider: { input: { provider: string }; news: never; output: { version: string } };
};

serveWorkerCalls<DoctorWorkerTable>({
  async tryProvider({ provider }) {
    const ort = await import('onnxruntime-node');
    const session = await ort.InferenceSession.create(sumModel(), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const x = new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]);
    const { y } = await session.run({ x });
    if (String(y.data) !== '2,4,6,8') throw new Error(`It computes wrongly: ${String(y.data)}.`);
    return { version: runtimeVersion() };
  },
});

function runtimeVersion(): string {
  const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
