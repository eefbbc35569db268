// Processor time of one decode with everything that is read off it (loudness, peaks, identity, the 641
// values), next to that of ffmpeg decoding the same file to one mono stream at 22,050 Hz. Both take turns
// file by file, because a shared machine changes its speed meanwhile. Linux only.
//   node bench/index-cpu.mjs [folder…] [--files N] [--json]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { decodeTrack, findFfmpeg } from '../src-main/audio/room.ts';
import { shippedFile } from '../src-main/base/shipped-files.ts';
import { FeatureExtractor } from '../src-main/features/room.ts';
import { filesBelow, wesnothMusic } from './music-files.mjs';
import { childSeconds } from './processor-time.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, files: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const files = (positionals.length > 0 ? positionals : wesnothMusic())
  .flatMap(filesBelow)
  .filter((path) => /\.(ogg|opus|mp3|m4a|flac|wav|aiff|wma|wv)$/i.test(path))
  .slice(0, Number(values.files));
const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
if (!ffmpeg || files.length === 0) throw new Error(message ?? 'There is no music to decode.');

const extractor = await FeatureExtractor.create(shippedFile('resources/wasm/features.wasm'));
const wasm = shippedFile('resources/wasm/ingest.wasm');
const spent = { decode: 0, ffmpeg: 0, ours: 0 };
let audioSeconds = 0;

await analyse(files[0]); // Compiles.
for (const path of files) {
  spent.decode += decodeOnly(path) / 2;
  const ours = process.cpuUsage();
  const children = childSeconds();
  audioSeconds += await analyse(path);
  const { user, system } = process.cpuUsage(ours);
  spent.ours += (user + system) / 1e6;
  spent.ffmpeg += childSeconds() - children;
  spent.decode += decodeOnly(path) / 2;
}

/** librosa 0.10.2 on Python 3.11, for the same values without the decode: seconds per three minutes of music. */
const LIBROSA = 22.3;
const round = (value) => Math.round(value * 100) / 100;
const per3Minutes = (seconds) => round((seconds / audioSeconds) * 180);
const result = {
  files: files.length,
  audioMinutes: round(audioSeconds / 60),
  decodeSecondsPer3Minutes: per3Minutes(spent.decode),
  ourFfmpegSecondsPer3Minutes: per3Minutes(spent.ffmpeg),
  ourProcessSecondsPer3Minutes: per3Minutes(spent.ours),
  ratio: round((spent.ffmpeg + spent.ours) / spent.decode),
  timesLessThanLibrosa: round(LIBROSA / per3Minutes(spent.ours)),
  peakMegabytes: round(process.resourceUsage().maxRSS / 1024),
  ffmpeg: `${ffmpeg.version} (${ffmpeg.resampler})`,
};
if (values.json) console.log(JSON.stringify(result));
else console.table(result);
process.exitCode = result.ratio <= 2 && result.timesLessThanLibrosa >= 25 ? 0 : 1;

/** Seconds of sound that were analysed. */
async function analyse(path) {
  const sinks = { onMono22050: (samples) => extractor.push(samples) };
  const heard = await decodeTrack(ffmpeg, Buffer.from(path), sinks, { wasm });
  extractor.finish({ loudnessRange: heard.loudnessRange });
  return heard.analysedSeconds;
}

function decodeOnly(path) {
  const start = childSeconds();
  const args = ['-nostdin', '-v', 'error', '-i', `file:${path}`, '-ac', '1', '-ar', '22050'];
  spawnSync(ffmpeg.path, [...args, '-f', 'f32le', '-y', '/dev/null']);
  return childSeconds() - start;
}
