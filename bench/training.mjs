// How long networks take to learn here, and how good they get, on a made library of unequal regions:
// the region networks (one hidden layer, convolutional) by grouped test accuracy, and the autoencoder map.
//   node bench/training.mjs [--tracks 100] [--longest 60] [--json]
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeAudio, findFfmpeg } from '../src-main/audio/room.ts';
import { autoencoderParameters } from '../src-main/autoencoder/contract.ts';
import { gridShape, readMelGrid } from '../src-main/autoencoder/mel-grid.ts';
import { varianceShares } from '../src-main/autoencoder/plane.ts';
import { trainAutoencoder } from '../src-main/autoencoder/train.ts';
import { Random } from '../src-main/base/random.ts';
import { REGION_NAMES, regionTracks } from '../src-main/demo/fixtures/regions.ts';
import { splitByGroup } from '../src-main/training/networks/split.ts';
import {
  averageByGroup,
  clipOptions,
  clipShape,
  readMfccClips,
  trainNetwork,
} from '../src-main/training/room.ts';

const { values } = parseArgs({
  options: {
    tracks: { type: 'string', default: '100' },
    longest: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const { ffmpeg } = await findFfmpeg({ settingPath: null });
const decoding = { wasm: join(import.meta.dirname, '../resources/wasm/ingest.wasm') };
const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-training-'));
const results = [];

/** Wall and processor seconds of this process; ffmpeg's are not in the latter. */
async function timed(name, work) {
  const [before, cpuBefore] = [performance.now(), process.cpuUsage()];
  const found = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const result = {
    name,
    seconds: (performance.now() - before) / 1000,
    cpuSeconds: (user + system) / 1e6,
    ...found.result,
  };
  results.push(result);
  if (!values.json) console.log(JSON.stringify(result));
  return found;
}

async function makeLibrary() {
  const library = [];
  for (const made of regionTracks(Number(values.tracks), [0.3, Number(values.longest)])) {
    const path = join(folder, `${library.length}.wav`);
    const { samples, sampleRate, region, seconds } = made;
    const encoding = { path, codecArgs: ['-c:a', 'pcm_s16le'], tags: {} };
    await encodeAudio(ffmpeg, { samples, sampleRate }, encoding);
    library.push({ path: Buffer.from(path), region, durationSeconds: seconds });
  }
  return library;
}

async function readClips(library, options) {
  const [height, width] = clipShape(options);
  const [clips, labels, groups] = [[], [], []];
  for (const [group, track] of library.entries()) {
    for (const clip of await readMfccClips(ffmpeg, track, options, decoding)) {
      clips.push(clip);
      labels.push(track.region);
      groups.push(group);
    }
  }
  const at = (rows) => {
    const inputs = new Float32Array(rows.length * height * width);
    rows.forEach((row, i) => inputs.set(clips[row], i * height * width));
    const pick = (list) => Int32Array.from(rows, (row) => list[row]);
    return { inputs, labels: pick(labels), groups: pick(groups), shape: [height, width] };
  };
  const split = splitByGroup(Int32Array.from(labels), Int32Array.from(groups), 0.25, new Random(1));
  const result = { tracks: library.length, clips: clips.length };
  return { train: at(split.train), test: at(split.heldOut), result };
}

async function learnRegions(kind, { train, test }, library) {
  const network = await trainNetwork({ kind, ...train, classes: REGION_NAMES });
  const found = await network.predict(test.inputs);
  const tracks = [...averageByGroup(found, test.groups, REGION_NAMES.length)];
  const right = tracks.filter(
    ([group, mean]) => mean.indexOf(Math.max(...mean)) === library[group].region,
  );
  await network.release();
  const epochs = network.history.length;
  return {
    result: { epochs, testTracks: tracks.length, testAccuracy: right.length / tracks.length },
  };
}

async function learnMap(library, choices = {}) {
  const parameters = autoencoderParameters.parse(choices);
  const sorted = library.map((track) => track.durationSeconds).sort((a, b) => a - b);
  const seconds = sorted[Math.ceil(parameters.quantile * sorted.length) - 1];
  const shape = gridShape(parameters.bands, parameters.columns, seconds);
  const grids = [];
  for (const { path } of library) grids.push(await readMelGrid(ffmpeg, path, shape, decoding));
  const all = Uint8Array.from(Buffer.concat(grids));
  const { autoencoder, points, history, bestEpoch, learnedShares } = await trainAutoencoder(
    all,
    shape,
    parameters,
  );
  await autoencoder.release();
  const shares = varianceShares({ values: points, dims: parameters.bottleneck });
  const { loss } = history[bestEpoch - 1];
  return { result: { epochs: history.length, loss, learnedShares, shares } };
}

try {
  const library = await makeLibrary();
  const clips = await timed('mfcc clips', () => readClips(library, clipOptions.parse({})));
  await timed('region mlp', () => learnRegions('mlp', clips, library));
  await timed('region cnn', () => learnRegions('cnn', clips, library));
  await timed('autoencoder map', () => learnMap(library));
  await timed('autoencoder map of 12 rounds', () => learnMap(library, { epochs: 12 }));
  const machine = { cores: availableParallelism(), load: loadavg()[0] };
  if (values.json) console.log(JSON.stringify({ machine, results }));
  else console.log(JSON.stringify(machine));
} finally {
  rmSync(folder, { recursive: true });
}
