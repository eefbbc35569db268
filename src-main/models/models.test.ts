import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../base/log.ts';
import { shippedFile } from '../base/shipped-files.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { createInference } from '../inference/room.ts';
import type { ModelEntry } from './contract.ts';
import { tinyClapText } from '../inference/fixtures/tiny-models.ts';
import { exampleManifest, exampleNetwork } from './fixtures/example-model.ts';
import { CERTIFICATE, file, startPublisher } from './fixtures/publisher.ts';
import type { Publisher } from './fixtures/publisher.ts';
import { createModels } from './room.ts';
import type { Models } from './room.ts';

const NETWORK = exampleNetwork();
const SHA256 = createHash('sha256').update(NETWORK).digest('hex');

const scratch = mkdtempSync(join(tmpdir(), 'earshot-inference-'));
const log = createLog('error');
const inference = createInference({
  host: { forkWorker: forkNodeWorker, log },
  dataFolder: scratch,
});
afterAll(() => {
  inference.close();
  rmSync(scratch, { recursive: true, force: true });
});

let base: string;
let models: Models;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'earshot-models-'));
});
afterEach(() => {
  models.close();
  rmSync(base, { recursive: true, force: true });
});

const at = (...names: string[]): string => join(base, ...names);
const put = (content: unknown, ...names: string[]): void => {
  mkdirSync(join(at(...names), '..'), { recursive: true });
  const isBytes = Buffer.isBuffer(content) || typeof content === 'string';
  writeFileSync(at(...names), isBytes ? content : JSON.stringify(content));
};

function open({ shipped = at('shipped'), picked = null as string | null } = {}): Models {
  models = createModels({
    host: {
      paths: { data: at('data'), resources: '', models: shipped },
      log,
      pickFolder: () => Promise.resolve(picked),
    },
    inference: { open: (network) => inference.open(network, { provider: 'cpu' }) },
    network: { ca: CERTIFICATE, proxyEnv: {} },
  });
  return models;
}
const entry = (id = 'example'): ModelEntry => models.catalogue().find((one) => one.id === id)!;

/** A shipped model whose network is `file` of a publisher. */
async function publish(
  network: Record<string, unknown> = {},
  answer = file(NETWORK),
): Promise<Publisher> {
  const publisher = await startPublisher({ '/network.onnx': answer });
  onTestFinished(() => publisher.close());
  const url = `${publisher.origin}/network.onnx`;
  const variant = { id: 'fp32', about: '', network: { name: 'network.onnx', url, ...network } };
  put(exampleManifest({ variants: [variant] as never }), 'shipped', 'example', 'model.json');
  return publisher;
}

test('everything that is shipped is sound', () => {
  open({ shipped: shippedFile('models') });
  expect(models.calls['models.list']({})).toMatchObject({ broken: [] });
  expect(models.catalogue().map(({ id }) => id)).toEqual([
    'ast-audioset',
    'clap-music',
    'discogs-effnet',
    'maest-30s',
    'musicnn-msd',
    'yamnet',
  ]);
  const restricted = models.catalogue().filter(({ licence }) => licence.nonCommercial);
  expect(restricted.map(({ id }) => id)).toEqual(['discogs-effnet', 'maest-30s', 'musicnn-msd']);
  expect(models.installed('ast-audioset')).toBeNull();
});

test('broken folders are listed with their reason and hinder no other', async () => {
  put(exampleManifest(), 'shipped', 'example', 'model.json');
  put(exampleManifest({ id: 'mine' }), 'data', 'models', 'mine', 'model.json');
  put(exampleManifest({ id: 'other' }), 'data', 'models', 'named-otherwise', 'model.json');
  put(exampleManifest(), 'data', 'models', 'example', 'model.json');
  put('{', 'data', 'models', 'torn', 'model.json');
  put('x', 'data', 'models', 'bare', 'network.onnx');
  put(exampleManifest({ version: '' }), 'data', 'models', 'wrong', 'model.json');
  const escaping = [{ id: 'a', about: '', network: { name: '../../library.db' } }];
  put(exampleManifest({ variants: escaping as never }), 'data', 'models', 'out', 'model.json');
  open();
  expect(models.catalogue().map(({ id, isOwn }) => [id, isOwn])).toEqual([
    ['example', false],
    ['mine', true],
  ]);
  const { broken } = await models.calls['models.list']({});
  const reasons = Object.fromEntries(
    broken.map(({ folder, reason }) => [folder.split('/').at(-1), reason]),
  );
  expect(reasons).toMatchObject({
    bare: expect.stringContaining('no model.json'),
    example: expect.stringContaining('belongs to a model'),
    'named-otherwise': expect.stringContaining('must be named other'),
    out: expect.stringContaining('plain file name'),
    torn: expect.stringContaining('as JSON'),
    wrong: expect.stringContaining('version'),
  });
});

test('a download with consent is checked and taken into use; its hash is kept from then on', async () => {
  const { requests } = await publish();
  open();
  expect(entry()).toMatchObject({ variant: null, variants: [{ state: 'absent' }] });
  const states: string[] = [];
  const done = new Promise<void>((resolve) =>
    models.events.on('models.downloadProgressed', ({ state }) => {
      states.push(state);
      if (state !== 'running') resolve();
    }),
  );
  await models.calls['models.add']({ id: 'example', acceptsLicence: true });
  await done;
  expect(states[0]).toBe('running');
  expect(states.at(-1)).toBe('done');
  expect(models.installed('example')).toMatchObject({
    sha256: SHA256,
    variant: 'fp32',
    version: `1-fp32-${SHA256.slice(0, 12)}`,
    networkPath: at('data', 'models', 'example', 'network.onnx'),
    classes: null,
    text: null,
  });
  await models.install('example');
  expect(requests.length).toBe(1);
  expect(open().installed('example')?.sha256).toBe(SHA256);

  put(exampleNetwork({ seed: 2 }), 'data', 'models', 'example', 'network.onnx');
  expect(models.installed('example')).toBeNull();
  await models.calls['models.check']({ id: 'example' });
  expect(entry().problem).toContain('it was at its first use');
  expect(models.installed('example')).toBeNull();

  await models.calls['models.remove']({ id: 'example' });
  expect(existsSync(at('data', 'models', 'example'))).toBe(false);
  expect(entry()).toMatchObject({ problem: null, bytesOnDisk: 0 });
});

test('a failed download is told by the entry until something else happens', async () => {
  await publish({ sha256: 'a'.repeat(64) });
  open();
  await expect(models.install('example')).rejects.toMatchObject({ code: 'download-failed' });
  expect(entry().problem).toContain('not the file that was published');
  expect(entry().variants[0].state).toBe('absent');
  await models.calls['models.check']({ id: 'example' });
  expect(entry().problem).toBeNull();
});

test('a download is cancelled, and only one runs', async () => {
  const large = Buffer.alloc(20_000_000);
  await publish({}, file(large));
  open();
  models.events.on('models.downloadProgressed', ({ receivedBytes }) => {
    if (receivedBytes > 0) void models.calls['models.cancel']({ id: 'example' });
  });
  const first = models.install('example');
  await expect(models.install('example')).rejects.toMatchObject({ code: 'busy' });
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(entry()).toMatchObject({ problem: null, download: null, variant: null });
});

test('a model without an address says where its file goes; put there, it is found', async () => {
  put(exampleManifest(), 'shipped', 'example', 'model.json');
  open();
  expect(entry().variants[0].canDownload).toBe(false);
  await expect(models.install('example')).rejects.toThrow(
    `Put it into ${at('data', 'models', 'example')}`,
  );
  put(NETWORK, 'data', 'models', 'example', 'network.onnx');
  expect(entry().variants[0].state).toBe('unchecked');
  await models.calls['models.check']({});
  expect(models.installed('example')?.sha256).toBe(SHA256);
});

test('files of a published model are taken from a folder, and only the right ones', async () => {
  await publish({ sha256: SHA256 });
  put(NETWORK, 'right', 'network.onnx');
  put(exampleNetwork({ seed: 2 }), 'wrong', 'network.onnx');
  open({ picked: at('right') });
  await expect(models.addFromFolder(at('wrong'), 'example')).rejects.toThrow('SHA-256');
  await expect(models.addFromFolder(at('nowhere'), 'example')).rejects.toThrow('holds no network');
  expect(readdirSync(at('data', 'models'))).toEqual([]);
  const added = await models.calls['models.addFromFolder']({ id: 'example' });
  expect(added).toMatchObject({ id: 'example', variant: 'fp32' });
  expect(readdirSync(at('data', 'models'))).toEqual(['example']);
});

test('a model of one’s own comes with its manifest, and tricks change nothing', async () => {
  const labels = {
    output: 'scores',
    activation: 'none' as const,
    classes: { file: 'classes.json', format: 'json-list' as const },
    count: 2,
    name: 'Moods',
  };
  put(exampleManifest({ id: 'mine', labels }), 'mine', 'model.json');
  put(['calm', 'wild'], 'mine', 'classes.json');
  put(exampleManifest({ id: 'linked' }), 'linked', 'model.json');
  put(exampleManifest({ id: 'empty' }), 'empty', 'model.json');
  symlinkSync('/etc/passwd', at('linked', 'network.onnx'));
  open();
  await expect(models.addFromFolder(at('mine'))).rejects.toThrow('holds no network');
  await expect(models.addFromFolder(at('linked'))).rejects.toThrow('is a link');
  await expect(models.addFromFolder(at('empty'))).rejects.toThrow('holds no network');
  await expect(models.addFromFolder(at('nowhere'))).rejects.toThrow('no folder');
  put(exampleNetwork({ classes: 3 }), 'mine', 'network.onnx');
  await expect(models.addFromFolder(at('mine'))).rejects.toThrow('the scores as [1, 3]');
  put(exampleNetwork({ classes: 2 }), 'mine', 'network.onnx');
  expect(await models.addFromFolder(at('mine'))).toMatchObject({ id: 'mine', isOwn: true });
  expect(models.installed('mine')?.classes).toEqual(['calm', 'wild']);
  await expect(models.addFromFolder(at('mine'))).rejects.toThrow('already');
  expect(readdirSync(at('data', 'models'))).toEqual(['mine']);
  await models.calls['models.remove']({ id: 'mine' });
  expect(models.catalogue()).toEqual([]);
});

test('a network that does not do what its manifest says is not taken in', async () => {
  const wrong: Record<string, [network: Buffer, reason: string]> = {
    text: [Buffer.from('This is no network.'), 'not a readable ONNX file'],
    narrow: [exampleNetwork({ dims: 16 }), 'as [1, 16], where model.json says [1, 32]'],
    deaf: [exampleNetwork({ input: 'waveform' }), 'takes waveform, where model.json says patches'],
    cut: [NETWORK.subarray(0, NETWORK.length - 40), 'not a readable ONNX file'],
  };
  open();
  for (const [id, [network, reason]] of Object.entries(wrong)) {
    put(exampleManifest({ id }), id, 'model.json');
    put(network, id, 'network.onnx');
    const failed = models.addFromFolder(at(id));
    await expect(failed, id).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining(reason),
    });
  }
  expect(readdirSync(at('data', 'models'))).toEqual([]);
});

test('the network for words is tried like the one for sounds', async () => {
  const text = {
    network: { name: 'text.onnx' },
    tokenizer: { name: 't.json' },
    output: 'text_embeds',
  };
  const embedding = { dims: 512, from: { kind: 'output', name: 'embeddings' }, tokens: 'none' };
  const over = { text: { ...text, maxTokens: 77 }, embedding } as never;
  open();
  for (const id of ['deaf', 'mute', 'whole']) {
    put(exampleManifest(Object.assign({ id }, over)), id, 'model.json');
    put(exampleNetwork({ dims: 512 }), id, 'network.onnx');
    put({}, id, 't.json');
  }
  put(NETWORK, 'deaf', 'text.onnx');
  put(Buffer.from('no network'), 'mute', 'text.onnx');
  put(Buffer.from(tinyClapText()), 'whole', 'text.onnx');
  await expect(models.addFromFolder(at('deaf'))).rejects.toThrow('text network takes patches');
  await expect(models.addFromFolder(at('mute'))).rejects.toThrow('not a readable ONNX file');
  expect(await models.addFromFolder(at('whole'))).toMatchObject({ id: 'whole' });
  expect(readdirSync(at('data', 'models'))).toEqual(['whole']);
});

test('a test runs one segment and says where and how fast', async () => {
  put(exampleManifest({ id: 'mine' }), 'mine', 'model.json');
  put(NETWORK, 'mine', 'network.onnx');
  put(exampleManifest(), 'shipped', 'example', 'model.json');
  open();
  await models.addFromFolder(at('mine'));
  const trial = await models.calls['models.test']({ id: 'mine' });
  expect(trial).toEqual({
    id: 'mine',
    variant: 'fp32',
    provider: 'cpu',
    input: [1, 96, 64],
    dims: 32,
    classes: null,
    milliseconds: expect.any(Number),
  });
  expect(() => models.calls['models.test']({ id: 'example' })).toThrow('not here yet');
});

test('of two variants the chosen one is in use', async () => {
  const variant = (id: string): unknown => ({ id, about: '', network: { name: `${id}.onnx` } });
  const variants = [variant('small'), variant('large')] as never;
  put(exampleManifest({ variants }), 'shipped', 'example', 'model.json');
  put(NETWORK, 'data', 'models', 'example', 'small.onnx');
  put(NETWORK, 'more', 'large.onnx');
  open();
  await models.calls['models.check']({ id: 'example' });
  await models.addFromFolder(at('more'), 'example');
  expect(models.installed('example')?.variant).toBe('large');
  await models.calls['models.choose']({ id: 'example', variant: 'small' });
  expect(models.installed('example')?.variant).toBe('small');
  expect(() => models.calls['models.choose']({ id: 'example', variant: 'tiny' })).toThrow(
    'no variant tiny, only small, large',
  );
});
