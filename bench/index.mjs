// A complete `index` of a folder by the built program: processor time of all processes next to that of ffmpeg
// decoding the same files to one mono stream at 22,050 Hz, memory of all processes together, and speed. Both
// keep all cores busy, because cores that share their caches take more time for the same work. Linux only.
//   npm run -s build && node bench/index.mjs [folder…] [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../src-main/audio/room.ts';
import { filesBelow, wesnothMusic } from './music-files.mjs';
import { childSeconds } from './processor-time.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals : wesnothMusic();
const files = folders
  .flatMap(filesBelow)
  .filter((path) => /\.(ogg|mp3|flac|wav|opus|m4a)$/i.test(path));
const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
if (!ffmpeg || files.length === 0) throw new Error(message ?? 'There is no music to index.');

// Before and after, because a shared machine changes its speed meanwhile.
const before = await decodeAll();
const { report, cpuSeconds, peakMegabytes, processes } = await indexAll();
const decodeSeconds = (before + (await decodeAll())) / 2;

const round = (value) => Math.round(value * 100) / 100;
const result = {
  files: files.length,
  audioMinutes: round(report.audioSeconds / 60),
  failed: report.failed.length,
  indexCpuSeconds: round(cpuSeconds),
  decodeCpuSeconds: round(decodeSeconds),
  ratio: round(cpuSeconds / decodeSeconds),
  cpuSecondsPer3Minutes: round((cpuSeconds / report.audioSeconds) * 180),
  wallSeconds: round(report.wallSeconds),
  audioSecondsPerSecond: round(report.audioSeconds / report.wallSeconds),
  peakMegabytes: round(peakMegabytes),
  mostProcesses: processes,
  ffmpeg: ffmpeg.version,
};
if (values.json) console.log(JSON.stringify(result));
else console.table(result);
process.exitCode = result.ratio <= 2 && result.peakMegabytes < 1500 ? 0 : 1;

/** Processor seconds that ffmpeg takes for all files, one process per core. */
async function decodeAll() {
  const start = childSeconds();
  const waiting = [...files];
  const decodeInTurn = async () => {
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      const args = ['-nostdin', '-v', 'error', '-i', `file:${path}`];
      const output = ['-ac', '1', '-ar', '22050', '-f', 'f32le', '-y', '/dev/null'];
      await once(spawn(ffmpeg.path, [...args, ...output], { stdio: 'ignore' }), 'close');
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, decodeInTurn));
  return childSeconds() - start;
}

/** One run of the command line into a library of its own. */
async function indexAll() {
  const library = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  const start = childSeconds();
  const main = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));
  if (!existsSync(main)) throw new Error('Earshot is not built yet: npm run build');
  const args = [main, 'index', ...folders, '--library', library, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (bytes) => (text += bytes));
  let peakMegabytes = 0;
  let processes = 0;
  const sampler = setInterval(() => {
    const tree = withDescendants(child.pid);
    processes = Math.max(processes, tree.length);
    peakMegabytes = Math.max(
      peakMegabytes,
      tree.reduce((sum, pid) => sum + megabytes(pid), 0),
    );
  }, 250);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(sampler);
  rmSync(library, { recursive: true, force: true });
  const cpuSeconds = childSeconds() - start;
  return { report: JSON.parse(text), cpuSeconds, peakMegabytes, processes };
}

function withDescendants(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return [pid, ...children.filter(Boolean).flatMap((child) => withDescendants(Number(child)))];
  } catch {
    return [];
  }
}

/** Memory of a process; what several share counts in parts. */
function megabytes(pid) {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) / 1024;
  } catch {
    return 0;
  }
}
