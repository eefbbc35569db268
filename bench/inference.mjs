// Segments per second of a whole `index` run with an AST-sized network (random weights), next to bare
// `session.run` in a loop with the same device, network and batch.
//   node bench/inference.mjs [--provider cpu] [--tracks 48] [--blocks 12] [--json]
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
import { bareSegmentsPerSecond } from './bare-inference.mjs';

const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'cpu' },
    tracks: { type: 'string', default: '48' },
    blocks: { type: 'string', default: '12' },
    json: { type: 'boolean', default: false },
  },
});
const ID = 'bench-ast';
const BARE_SECONDS = 30;
/** One segment of AST, nearly. */
const TRACK_SECONDS = 10.2;
const tracks = Number(values.tracks);

const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
try {
  const music = writeMusic();
  const app = createApp(createNodeHost(join(folder, 'library'), createLog('warn')));
  await app.models.addFromFolder(writeModel());
  const model = app.models.installed(ID);
  const { file, embedding } = networkOf(model.manifest, model.networkPath, model.sha256);
  const index = await indexRun(app, music, { model: ID, version: model.version });
  await app.close();
  const bare = await bareSegmentsPerSecond({
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
    tracks,
    indexSegmentsPerSecond: round(index.rate),
    bareSegmentsPerSecond: round(bare),
    efficiency: round(index.rate / bare),
  };
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result);
  process.exitCode = result.efficiency >= 0.9 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Everything from the file to the stored vector; counted when the batch has been found by trial. */
async function indexRun(app, music, version) {
  const stored = [];
  const watch = setInterval(() => {
    const count = countVectors(app.db, version);
    if (count > (stored.at(-1)?.count ?? 0)) stored.push({ count, at: performance.now() });
  }, 20);
  await app.library.addFolder(music);
  await app.library.whenScanned();
  await app.embedding.calls['embedding.run']({ model: ID });
  await app.indexing.run();
  clearInterval(watch);
  const steady = stored.filter(({ count }) => count >= tracks / 2);
  const [first, last] = [steady[0], steady.at(-1)];
  const { device, batch } = app.db
    .prepare('SELECT device, batch FROM embedding_models WHERE model = ?')
    .get(ID);
  const rate = (1000 * (last.count - first.count)) / (last.at - first.at);
  return { rate, device, batch: batch ?? 1 };
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

/** Each track is a recording of its own, of one segment. */
function writeMusic() {
  const music = join(folder, 'music');
  mkdirSync(music);
  for (let i = 0; i < tracks; i++) {
    writeTone(join(music, `${i}.wav`), { hertz: 110 + 7 * i, seconds: TRACK_SECONDS });
  }
  return music;
}
