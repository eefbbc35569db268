// Processor time per minute of music: ffmpeg's decode, the 641 features, and the front-end of each model.
//   node bench/front-ends.mjs [file] [--json]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../src-main/audio/room.ts';
import { SegmentMaker } from '../src-main/embedding/front-end/segments.ts';
import { FeatureExtractor } from '../src-main/features/room.ts';
import { modelManifest } from '../src-main/models/room.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const MUSIC = '/usr/share/games/wesnoth/1.16/data/core/music/knolls.ogg';
const [file = MUSIC] = positionals;
const SECONDS = 120;
const CHUNK = 16_384;
/** The best of so many counts, because a shared machine is slower now and then, never faster. */
const ROUNDS = 5;
const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
if (!ffmpeg) throw new Error(message);

const rates = [16_000, 22_050, 48_000];
const samples = Object.fromEntries(rates.map((rate) => [rate, decode(rate).samples]));
const result = { decode: best(() => decode(22_050).seconds) };
const wasm = fileURLToPath(new URL('../resources/wasm/features.wasm', import.meta.url));
const extractor = await FeatureExtractor.create(wasm);
result.features = best(() =>
  timed(() => {
    extractor.reset();
    inChunks(samples[22_050], (chunk) => extractor.push(chunk));
    extractor.finish({ loudnessRange: 5 });
  }),
);
const folder = new URL('../models/', import.meta.url);
for (const id of readdirSync(folder)) {
  const text = readFileSync(new URL(`${id}/model.json`, folder), 'utf8');
  const manifest = modelManifest.parse(JSON.parse(text));
  result[id] = best(() =>
    timed(() => {
      const maker = new SegmentMaker(manifest, () => {});
      inChunks(samples[manifest.frontEnd.sampleRate], (chunk) => maker.push(chunk));
      maker.finish();
    }),
  );
}
for (const name of Object.keys(result)) {
  result[name] = Math.round((result[name] * 60_000) / SECONDS);
}
if (values.json) console.log(JSON.stringify({ millisecondsPerMinute: result }));
else console.table({ 'ms per minute': result });

function decode(rate) {
  const args = ['-nostdin', '-v', 'error', '-t', String(SECONDS), '-i', `file:${file}`];
  const output = ['-ac', '1', '-ar', String(rate), '-f', 'f32le', '-benchmark', '-'];
  const { stdout, stderr } = spawnSync(ffmpeg.path, [...args, '-v', 'info', ...output], {
    maxBuffer: 1 << 28,
  });
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(String(stderr));
  const bytes = stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength);
  return { samples: new Float32Array(bytes), seconds: Number(user) + Number(system) };
}

function inChunks(all, take) {
  for (let at = 0; at < all.length; at += CHUNK) take(all.subarray(at, at + CHUNK));
}

/** Processor seconds of this process. */
function timed(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function best(measure) {
  return Math.min(...Array.from({ length: ROUNDS }, measure));
}
