import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../../base/log.ts';
import { forkNodeWorker } from '../../hosts/node-workers.ts';
import { createInference } from '../../inference/room.ts';
import { tinyClapText } from '../../inference/fixtures/tiny-models.ts';
import type { InstalledModel } from '../../models/room.ts';
import { createTextVectors } from './text-vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-text-'));
const inference = createInference({
  host: { forkWorker: forkNodeWorker, log: createLog('error') },
  dataFolder: folder,
});
afterAll(() => {
  inference.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
writeFileSync(at('text.onnx'), tinyClapText());
const vocab = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyzĠ'].map((c, i) => [c, i + 4]));
writeFileSync(
  at('tokenizer.json'),
  JSON.stringify({
    pre_tokenizer: { type: 'ByteLevel' },
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0] },
    model: { type: 'BPE', vocab, merges: [] },
  }),
);

const model = (over: Partial<InstalledModel> = {}): InstalledModel =>
  ({
    manifest: {
      name: 'Tiny CLAP',
      embedding: { dims: 512 },
      text: { output: 'text_embeds', maxTokens: 77 },
    },
    text: { networkPath: at('text.onnx'), sha256: 'a', tokenizerPath: at('tokenizer.json') },
    version: '1',
    ...over,
  }) as InstalledModel;

const onCpu = {
  open: (network: Parameters<typeof inference.open>[0]) =>
    inference.open(network, { provider: 'cpu' }),
};
const textVectors = (installed: InstalledModel | null) =>
  createTextVectors({ inference: onCpu, models: { installed: () => installed } });

test('words become a direction; the same words the same, other words another', async () => {
  const { vectorOf } = textVectors(model());
  const [a, again, b] = [
    await vectorOf('clap', 'slow piano'),
    await vectorOf('clap', 'slow piano'),
    await vectorOf('clap', 'fast drums'),
  ];
  expect(a.length).toBe(512);
  expect(Math.hypot(...a)).toBeCloseTo(1, 5);
  expect(again).toEqual(a);
  expect(a.reduce((sum, value, d) => sum + value * b[d], 0)).toBeLessThan(0.999);
});

test('no model, and a model without words, are said', async () => {
  await expect(textVectors(null).vectorOf('clap', 'a')).rejects.toMatchObject({
    code: 'model-missing',
  });
  const wordless = textVectors(model({ text: null }));
  await expect(wordless.vectorOf('clap', 'a')).rejects.toMatchObject({ code: 'unsupported' });
});

test('a text network of another space is refused', async () => {
  const { manifest } = model();
  const other = { ...manifest, embedding: { ...manifest.embedding, dims: 128 } };
  const failed = textVectors(model({ manifest: other })).vectorOf('clap', 'a');
  await expect(failed).rejects.toThrow('gives 512 values');
});
