import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInManifest } from '../../embedding/fixtures/tiny-installed.ts';
import { tinyModel } from '../../inference/fixtures/tiny-models.ts';
import { writeTone } from '../../indexing/fixtures/write-tone.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-hear-'));
const music = join(folder, 'music');
const own = join(folder, 'tiny-ears');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A model of one's own: YAMNet's front-end before a small network. */
beforeAll(() => {
  mkdirSync(own);
  const variants = [{ id: 'tiny', about: '', network: { name: 'ears.onnx' }, extraFiles: [] }];
  const manifest = { ...builtInManifest('yamnet'), id: 'tiny-ears', variants };
  writeFileSync(join(own, 'model.json'), JSON.stringify(manifest));
  writeFileSync(join(own, 'ears.onnx'), tinyModel('yamnet'));
  const classes = new URL('../../../models/yamnet/yamnet_class_map.csv', import.meta.url);
  cpSync(classes, join(own, 'yamnet_class_map.csv'));
  mkdirSync(music);
  for (let i = 0; i < 4; i++) {
    writeTone(join(music, `tone ${i}.wav`), { hertz: 200 + 111 * i, seconds: 2 });
  }
});

async function run(...args: string[]): Promise<{ code: number; document: never; error: string }> {
  let text = '';
  let error = '';
  const code = await runCommandLine([...args, '--json', '--library', join(folder, 'data')], {
    stdout: (more) => void (text += more),
    stderr: (more) => void (error += more),
    isTerminal: false,
  });
  return { code, document: (text === '' ? null : JSON.parse(text)) as never, error };
}

test('a model of one’s own hears, is asked, drawn and exported on the command line', async () => {
  expect((await run('index', music, '--model', 'nobody')).code).toBe(2);
  expect((await run('model', 'add', '--from', own)).code).toBe(0);
  const index = await run('index', music, '--model', 'tiny,features');
  expect(index.error).not.toContain('--model');
  expect(index.document).toMatchObject({
    indexed: 4,
    models: [{ id: 'tiny-ears', done: 4, missing: 0, notice: null }],
  });
  const track = join(music, 'tone 1.wav');
  const embed = await run('embed', track, '--model', 'tiny-ears');
  const { vector, labels } = embed.document as { vector: number[]; labels: { label: string }[] };
  expect(vector).toHaveLength(1024);
  expect(labels[0].label).toMatch(/[A-Za-z]/);
  const npy = join(folder, 'ears.npy');
  expect((await run('export', '--model', 'tiny-ears', '--out', npy)).code).toBe(0);
  const bytes = readFileSync(npy);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + bytes.length - 4 * 4096));
  const rows = [0, 1, 2, 3].map((row) => values.subarray(1024 * row, 1024 * (row + 1)));
  const isEqual = rows.map((row) => row.every((value, d) => Math.abs(value - vector[d]) < 1e-5));
  expect(isEqual.filter(Boolean)).toHaveLength(1);
  const similar = await run('similar', track, '--model', 'tiny-ears,features');
  const [{ ranks }] = (similar.document as { results: { ranks: object[] }[] }).results;
  expect(ranks).toHaveLength(2);
  const compare = await run('compare', track, join(music, 'tone 2.wav'), '--model', 'tiny');
  expect(compare.document).toMatchObject({ model: 'tiny-ears', moment: { aSeconds: 0 } });
}, 180_000);
