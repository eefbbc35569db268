import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeTrack, findFfmpeg } from '../audio/room.ts';
import type { Ffmpeg, SampleSinks } from '../audio/room.ts';
import { createLog } from '../base/log.ts';
import { openDatabase } from '../database/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { writeTone } from '../indexing/fixtures/write-tone.ts';
import { createInference, INNER_OUTPUT } from '../inference/room.ts';
import type { Inference } from '../inference/room.ts';
import type { InstalledModel } from '../models/room.ts';
import { modelsOf, tinyInstalled } from './fixtures/tiny-installed.ts';
import { SegmentMaker } from './front-end/segments.ts';
import type { Segment } from './front-end/segments.ts';
import { createEmbedding } from './room.ts';

const wasm = fileURLToPath(new URL('../../resources/wasm/ingest.wasm', import.meta.url));
let folder: string;
let ffmpeg: Ffmpeg;
let inference: Inference;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-embedding-'));
  ffmpeg = (await findFfmpeg({ settingPath: null })).ffmpeg!;
  const log = createLog('error');
  inference = createInference({ host: { forkWorker: forkNodeWorker, log }, dataFolder: folder });
  writeTone(join(folder, 'tone.wav'), { hertz: 330, seconds: 34 });
});
afterAll(() => {
  inference.close();
  rmSync(folder, { recursive: true });
});

const decode = (sinks: SampleSinks): Promise<unknown> =>
  decodeTrack(ffmpeg, Buffer.from(join(folder, 'tone.wav')), sinks, { wasm });

/** All samples at once, every segment alone through a session, the tokens pooled as the manifest says. */
async function straight({ manifest, networkPath }: InstalledModel): Promise<number[]> {
  const chunks: number[] = [];
  const keep = (samples: Float32Array): void => samples.forEach((sample) => chunks.push(sample));
  const { sampleRate } = manifest.frontEnd;
  await decode(sampleRate === 16000 ? { onMono16000: keep } : { onMono48000: keep });
  const segments: Segment[] = [];
  const maker = new SegmentMaker(manifest, (segment) => segments.push(segment));
  maker.push(Float32Array.from(chunks));
  maker.finish();
  const { embedding, segment, frontEnd, input } = manifest;
  const { from, dims, tokens, unit } = embedding;
  const inner = { innerOutput: { find: 'last-layer-norm', dims } } as const;
  const output = from.kind === 'inner' ? INNER_OUTPUT : from.name;
  const session = await inference.open({
    path: networkPath,
    sha256: 'straight',
    ...(from.kind === 'inner' && inner),
  });
  const sum = Array<number>(dims).fill(0);
  for (const { values } of segments) {
    const channel = input.axes === 'bctm' ? [1] : [];
    const feed = { dims: [1, ...channel, segment.frames, frontEnd.bands], data: values };
    const { data, dims: shape } = (await session.run({ [input.name]: feed }, [output]))[output];
    const used = { none: 1, mean: shape[1], 'first-two-mean': 2 }[tokens as string]!;
    const pooled = Array.from({ length: dims }, (_, d) => {
      let total = 0;
      for (let token = 0; token < used; token++) total += data[token * dims + d];
      return total / used;
    });
    const length = unit ? Math.hypot(...pooled) : 1;
    pooled.forEach((value, d) => (sum[d] += value / length / segments.length));
  }
  await session.release();
  return sum;
}

test.each(['ast-audioset', 'yamnet', 'musicnn-msd', 'discogs-effnet', 'maest-30s', 'clap-music'])(
  'what %s hears in batches of a stream is what it hears segment by segment',
  async (id) => {
    const model = tinyInstalled(id, folder);
    const db = openDatabase(':memory:');
    const embedding = createEmbedding({
      db,
      log: createLog('error'),
      settings: { current: () => ({ keepSegmentVectors: true }) },
      models: modelsOf([model]),
      inference,
    });
    const heard = await embedding.hearOnce(id, decode);
    const expected = await straight(model);
    const differences = expected.map((value, d) => Math.abs(value - heard.vector[d]));
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(heard.device).toBe('cpu');
    db.close();
  },
);
