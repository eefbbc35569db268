// Runs in a process of its own: a file that brings it down takes nobody along.
import { join } from 'node:path';
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { decodeTrack } from '../audio/room.ts';
import { FeatureExtractor } from '../features/room.ts';
import type { SegmentSender } from './segment-sender.ts';
import type { AnalysisWorkerTable } from './worker-table.ts';

let extractor: FeatureExtractor | null = null;
let sender: SegmentSender | null = null;

serveWorkerCalls<AnalysisWorkerTable>({
  async analyse({ ffmpeg, path, wasmFolder, timeoutSeconds, features, plans }, sendNews) {
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    let computeMs = 0;
    const timed = <Value>(work: () => Value): Value => {
      const before = performance.now();
      const value = work();
      computeMs += performance.now() - before;
      return value;
    };
    if (features) extractor ??= await FeatureExtractor.create(join(wasmFolder, 'features.wasm'));
    const hear = features ? extractor : null;
    hear?.reset();
    const segments = (sender = await senderFor(plans, sendNews));
    const { onPassage, onMono22050, onMono16000, onMono48000, hold } = segments?.sinks() ?? {};
    const decoded = await decodeTrack(
      ffmpeg,
      Buffer.from(path),
      {
        onPassage,
        onMono22050: (samples) =>
          timed(() => {
            hear?.push(samples);
            onMono22050?.(samples);
          }),
        onMono16000: onMono16000 && ((samples) => timed(() => onMono16000(samples))),
        onMono48000: onMono48000 && ((samples) => timed(() => onMono48000(samples))),
        hold,
      },
      { wasm: join(wasmFolder, 'ingest.wasm'), timeoutSeconds },
    );
    timed(() => segments?.finish());
    const values = hear && timed(() => hear.finish({ loudnessRange: decoded.loudnessRange }));
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6 + decoded.cpuSeconds;
    const wallMs = performance.now() - started;
    return { decoded, features: values, wallMs, computeMs, cpuSeconds };
  },
  segmentsTaken: async ({ bytes }) => sender?.taken(bytes),
});

type Analyse = AnalysisWorkerTable['analyse'];

async function senderFor(
  plans: Analyse['input']['plans'],
  sendNews: (news: Analyse['news']) => void,
): Promise<SegmentSender | null> {
  if (plans.length === 0) return null;
  const { SegmentSender: Sender } = await import('./segment-sender.ts');
  return new Sender(plans, sendNews);
}
