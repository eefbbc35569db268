import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exampleManifest, exampleNetwork } from '../../models/fixtures/example-model.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-model-verb-'));
const library = join(folder, 'library');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function model(
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine(['model', ...words, '--library', library], {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    isTerminal: false,
  });
  return { code, stdout, stderr };
}
const document = async (...words: string[]) => JSON.parse((await model(...words, '--json')).stdout);

test('a model of one’s own is added, tested and removed', { timeout: 120_000 }, async () => {
  const mine = join(folder, 'mine');
  mkdirSync(mine);
  writeFileSync(join(mine, 'model.json'), JSON.stringify(exampleManifest({ id: 'mine' })));
  writeFileSync(join(mine, 'network.onnx'), exampleNetwork());
  expect((await model('add', '--from', mine)).stdout).toContain('Example is ready: fp32.');
  expect((await document('list')).models.map(({ id }: { id: string }) => id)).toContain('mine');
  expect(await document('test', 'min')).toMatchObject({
    id: 'mine',
    dims: 32,
    input: [1, 96, 64],
  });
  expect(await document('remove', 'mine')).toMatchObject({ removed: 'mine' });
  expect(existsSync(join(library, 'models', 'mine'))).toBe(false);
});

test('the list says what each licence forbids; wrong words say how', async () => {
  const { code, stdout } = await model('list');
  expect(code).toBe(0);
  expect(stdout).toContain('maest-30s  MAEST, 30 seconds  [not here]');
  expect(stdout).toContain('For non-commercial use only');
  for (const words of [[], ['fetch'], ['add'], ['list', 'a', 'b']]) {
    expect((await model(...words)).code, words.join(' ')).toBe(2);
  }
  expect(await model('test', 'yamnet')).toMatchObject({ code: 1, stdout: '' });
  expect((await model('add', 'nothing')).stderr).toContain('no model nothing');
  expect((await model('test', 'm')).stderr).toContain('Which model: maest-30s, musicnn-msd?');
});
