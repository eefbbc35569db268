// Segments per second of a whole `index` run with an AST-sized network (random weights), next to bare
// `session.run` in a loop with the same device, network and batch. Of the run its second half counts, when the batch
// has been found by trial: decoding, the hand-crafted features, the front-end, the network and the database, until
// the last vector is stored. Processor seconds tell the same where other programs are at work too.
//   node bench/inference.mjs [--provider cpu] [--tracks 8] [--seconds 61] [--blocks 12] [--json]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApp } from '../src-main/app.ts';
import { createLog } from '../src-main/base/log.ts';
import { countVectors } from '../src-main/embedding/room.ts';
import { createNodeHost } from '../src-main/hosts/cli/node-host.ts';
import { writeTone } from '../src-main/indexing/fixtures/write-tone.ts';
import { bigAst } from '../src-main/inference/fixtures/tiny-models.ts';
import { inputDims, networkOf } from '../src-main/models/room.ts';
import { bareLoop } from './bare-inference.mjs';
import { secondsOf } from './processor-time.mjs';

const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'cpu' },
    tracks: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '61' },
    blocks: { type: 'string', default: '12' },
    json: { type: 'boolean', default: false },
  },
});
const ID = 'bench-ast';
const BARE_SECONDS = 30;
const tracks = Number(values.tracks);

const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
try {
  const music = writeMusic();
  const host = createNodeHost(join(folder, 'library'), createLog('warn'));
  const processes = {};
  const app = createApp({
    ...host,
    forkWorker: (name) => (processes[name] = host.forkWorker(name)),
  });
  await app.models.addFromFolder(writeModel());
  const model = app.models.installed(ID);
  const { file, embedding } = networkOf(model.manifest, model.networkPath, model.sha256);
  const index = await indexRun(app, music, () => secondsOf(processes.inference.pid));
  const stored = countVectors(app.db, { model: ID, version: model.version });
  await app.close();
  if (stored < tracks) throw new Error(`Only ${stored} of ${tracks} tracks were heard.`);
  const bare = await bareLoop({
    network: file,
    provider: index.device,
    folder: join(folder, 'library', 'optimised-networks'),
    input: model.manifest.input.name,
    dims: inputDims(model.manifest, index.batch),
    output: embedding,
    seconds: BARE_SECONDS,
  });
  const round = (value) => Math.round(value * 1000) / 1000;
  const result = {
    device: index.device,
    batch: index.batch,
    segments: index.segments,
    indexSegmentsPerSecond: round(index.rate),
    bareSegmentsPerSecond: round(bare.rate),
    efficiency: round(index.rate / bare.rate),
    deviceIdleShare: round(index.idleShare),
    hearingProcessorSecondsPerSegment: round(index.hearingSeconds),
    deviceProcessorSecondsPerSegment: round(index.deviceSeconds),
    bareProcessorSecondsPerSegment: round(bare.processorSeconds),
    networkShareOfProcessor: round(
      index.deviceSeconds / (index.hearingSeconds + index.deviceSeconds),
    ),
    processorEfficiency: round(
      bare.processorSeconds / (index.hearingSeconds + index.deviceSeconds),
    ),
  };
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result);
  process.exitCode = result.efficiency >= 0.9 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param deviceSeconds processor seconds that the process of the device has taken so far */
async function indexRun(app, music, deviceSeconds) {
  const answers = watchAnswers(app.inference, deviceSeconds);
  const before = process.cpuUsage();
  await app.library.addFolder(music);
  await app.library.whenScanned();
  await app.embedding.calls['embedding.run']({ model: ID });
  await app.indexing.run();
  const [end, seconds] = [performance.now(), deviceSeconds()];
  const { user, system } = process.cpuUsage(before);
  const segments = answers.reduce((sum, { count }) => sum + count, 0);
  let first = 0;
  const half = answers.find(({ count }) => (first += count) >= segments / 2);
  const { device, batch } = app.db
    .prepare('SELECT device, batch FROM embedding_models WHERE model = ?')
    .get(ID);
  return {
    device,
    batch: batch ?? 1,
    segments,
    rate: (1000 * (segments - first)) / (end - half.at),
    idleShare: (answers.at(-1).idle - half.idle) / (end - half.at),
    deviceSeconds: (seconds - half.deviceSeconds) / (segments - first),
    hearingSeconds: (app.indexing.cpuSeconds() + (user + system) / 1e6) / segments,
  };
}

/**
 * When the device answered, for how many segments, and for how many milliseconds it had had nothing to do and how many
 * seconds of the processor it had taken by then.
 */
function watchAnswers(inference, deviceSeconds) {
  const answers = [];
  let [busy, idle, since] = [0, 0, performance.now()];
  const { open } = inference;
  inference.open = async (network) => {
    const session = await open(network, { provider: values.provider });
    const run = async (feeds, fetches) => {
      if (busy++ === 0) idle += performance.now() - since;
      const outputs = await session.run(feeds, fetches);
      if (--busy === 0) since = performance.now();
      const count = outputs[fetches[0]].dims[0];
      answers.push({ at: performance.now(), count, idle, deviceSeconds: deviceSeconds() });
      return outputs;
    };
    return { ...session, run };
  };
  return answers;
}

function writeModel() {
  const own = join(folder, ID);
  mkdirSync(own);
  const published = readFileSync(new URL('../models/ast-audioset/model.json', import.meta.url));
  const manifest = JSON.parse(published);
  delete manifest.labels;
  const network = { name: 'model.onnx' };
  const variants = [{ id: 'fp32', about: 'Random weights.', network }];
  writeFileSync(join(own, 'model.json'), JSON.stringify({ ...manifest, id: ID, variants }));
  writeFileSync(join(own, network.name), bigAst(Number(values.blocks)));
  return own;
}

/** Each track is a recording of its own. */
function writeMusic() {
  const music = join(folder, 'music');
  mkdirSync(music);
  for (let i = 0; i < tracks; i++) {
    writeTone(join(music, `${i}.wav`), { hertz: 110 + 7 * i, seconds: Number(values.seconds) });
  }
  return music;
}
