// Memory of an analysis process that makes segments for three models while their device is slower than it is:
// for tracks of 4 and of 60 minutes. Linux only.
//   node bench/segment-memory.mjs [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFfmpeg } from '../src-main/audio/room.ts';
import { WorkerCalls } from '../src-main/base/worker-calls.ts';
import { forkNodeWorker } from '../src-main/hosts/node-workers.ts';
import { modelManifest } from '../src-main/models/room.ts';

const MODELS = ['ast-audioset', 'yamnet', 'clap-music'];
/** Milliseconds of a device for a segment: it is what the process waits for. */
const DEVICE_MS = 1;
const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
if (!ffmpeg) throw new Error(message);
const plans = MODELS.map((model) => {
  const url = new URL(`../models/${model}/model.json`, import.meta.url);
  const { frontEnd, segment } = modelManifest.parse(JSON.parse(readFileSync(url, 'utf8')));
  return { model, frontEnd, segment };
});

const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
try {
  const short = await peakMegabytes(4);
  const long = await peakMegabytes(60);
  const result = { short, long, ratio: Math.round((100 * long) / short) / 100 };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result);
  process.exitCode = result.ratio <= 1.1 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function peakMegabytes(minutes) {
  const path = join(folder, `${minutes}.flac`);
  const tone = `sine=f=330:d=${minutes * 60}:r=22050`;
  spawnSync(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', tone, path]);
  let pid = 0;
  const worker = new WorkerCalls(() => {
    const child = forkNodeWorker('analysis');
    pid = child.pid;
    return child;
  });
  let device = Promise.resolve();
  const input = {
    ffmpeg,
    path: Buffer.from(path),
    wasmFolder: fileURLToPath(new URL('../resources/wasm', import.meta.url)),
    timeoutSeconds: 900,
    features: false,
    plans,
  };
  await worker.call('analyse', input, ({ segment }) => {
    device = device
      .then(() => sleep(DEVICE_MS))
      .then(() => worker.call('segmentsTaken', { bytes: segment.values.byteLength }));
  });
  await device;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  worker.stop();
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024);
}
