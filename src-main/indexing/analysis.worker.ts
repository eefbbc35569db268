// Runs in a process of its own: a file that brings it down takes nobody along.
import { join } from 'node:path';
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { decodeTrack } from '../audio/room.ts';
import { FeatureExtractor } from '../features/room.ts';
import type { AnalysisWorkerTable } from './worker-table.ts';

let extractor: FeatureExtractor | null = null;

serveWorkerCalls<AnalysisWorkerTable>({
  async analyse({ ffmpeg, path, wasmFolder, timeoutSeconds }) {
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    let computeMs = 0;
    extractor ??= await FeatureExtractor.create(join(wasmFolder, 'features.wasm'));
    const hear = extractor;
    hear.reset();
    const timed = <Value>(work: () => Value): Value => {
      const before = performance.now();
      const value = work();
      computeMs += performance.now() - before;
      return value;
    };
    const decoded = await decodeTrack(
      ffmpeg,
      Buffer.from(path),
      { onMono22050: (samples) => timed(() => hear.push(samples)) },
      { wasm: join(wasmFolder, 'ingest.wasm'), timeoutSeconds },
    );
    const features = timed(() => hear.finish({ loudnessRange: decoded.loudnessRange }));
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6 + decoded.cpuSeconds;
    return { decoded, features, wallMs: performance.now() - started, computeMs, cpuSeconds };
  },
});
