import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { appCalls } from '../contract.ts';
import type { CallReply, EarshotBridge } from './bridge-contract.ts';
import { serveBridge } from './electron/bridge.ts';
import { serveProtocol } from './electron/serve-protocol.ts';
import { runApp } from './fixtures/running-app.ts';
import type { RunningApp } from './fixtures/running-app.ts';
import { startWebHost } from './web/web-host.ts';
import type { WebHost } from './web/web-host.ts';

// The same calls, bytes and news through both hosts over one app. In place of Electron stands what its
// processes exchange: messages by structured clone between the real preload and the real bridge.

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: unknown, ...values: unknown[]) => unknown>(),
  world: {} as { earshot?: unknown },
  renderer: null as unknown as EventEmitter,
  sender: { url: 'earshot://app/index.html', parent: null as unknown },
}));
vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: 'earshot', api: unknown) => (electron.world[name] = api),
  },
  ipcRenderer: {
    invoke: async (channel: string, ...values: unknown[]) =>
      structuredClone(
        await electron.handlers.get(channel)!(
          { senderFrame: electron.sender },
          ...structuredClone(values),
        ),
      ),
    on: (channel: string, listener: () => void) => electron.renderer.on(channel, listener),
    removeListener: (channel: string, listener: () => void) =>
      electron.renderer.removeListener(channel, listener),
  },
  webUtils: { getPathForFile: (file: { path: string }) => file.path },
}));

let running: RunningApp;
let web: WebHost;
let cookie: string;
let origin: string;
let bridge: EarshotBridge;

beforeAll(async () => {
  running = await runApp();
  const { app, renderer } = running;
  web = await startWebHost(app, { port: 0, renderer });
  origin = new URL(web.url).origin;
  const entered = await fetch(web.url, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')!.split(';')[0];

  electron.renderer = new EventEmitter();
  serveBridge(
    { handle: (channel, handler) => void electron.handlers.set(channel, handler as never) },
    app,
  );
  app.events.onAny((name, payload) =>
    electron.renderer.emit('earshot:event', {}, name, structuredClone(payload)),
  );
  process.argv.push(`--earshot-capabilities=${JSON.stringify(app.capabilities)}`);
  await import('../../src-preload/index.ts');
  bridge = electron.world.earshot as EarshotBridge;
}, 120_000);
afterAll(async () => {
  await web?.close();
  await running?.close();
});

async function callWeb(name: string, input: unknown): Promise<CallReply> {
  const headers = { cookie, 'content-type': 'application/json' };
  const body = JSON.stringify(input ?? {});
  const response = await fetch(`${origin}/call/${name}`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  return (await response.json()) as CallReply;
}

/** The reply, which must be the same through both. */
async function callBoth(name: string, input?: unknown): Promise<CallReply> {
  const first = await callWeb(name, input);
  const second = await bridge.call(name, input);
  expect(second).toEqual(first);
  return first;
}

test.each([
  ['app.getInfo', {}],
  ['library.listFolders', {}],
  ['library.listTracks', { text: 'tone', sort: 'title' }],
  ['library.getTracks', { ids: [3, 1, 999] }],
  ['library.getTrack', { id: 1 }],
  ['library.positionOfTrack', { trackId: 2 }],
  ['indexing.getStatus', {}],
  ['indexing.listFailures', {}],
  ['projection.getMap', {}],
  ['projection.listMaps', { dims: 3 }],
  ['projection.getRegions', { mapId: 1 }],
  ['similarity.findSimilar', { trackIds: [1], count: 3 }],
  ['similarity.compareTracks', { a: 1, b: 2 }],
  ['playback.getState', {}],
  ['settings.get', {}],
  ['settings.update', { theme: 'dark' }],
])('%s answers the same', async (name, input) => {
  expect(await callBoth(name, input)).toMatchObject({ ok: true });
});

test.each([
  ['nothing.atAll', {}, 'bad-input'],
  ['__proto__', {}, 'bad-input'],
  ['library.getTrack', { id: 999 }, 'not-found'],
  ['library.getTrack', { id: -1 }, 'bad-input'],
  ['library.getTrack', { id: '1' }, 'bad-input'],
  ['library.getTrack', {}, 'bad-input'],
  ['library.listTracks', { limit: 1e9 }, 'bad-input'],
  ['library.addPlace', { placeId: 'L2V0Yw' }, null],
  ['similarity.compareTracks', { a: 1 }, 'bad-input'],
  ['projection.useMap', { mapId: 77 }, null],
])('%s with %j fails the same', async (name, input, code) => {
  const reply = await callBoth(name, input);
  if (reply.ok) throw new Error('It should fail.');
  expect(reply.error.message).toMatch(/\w/);
  if (code) expect(reply.error.code).toBe(code);
});

test('no call takes a list, a text or a number for its input', async () => {
  for (const name of Object.keys(appCalls)) {
    for (const input of [[], 'text', 7]) {
      expect(await callBoth(name, input)).toMatchObject({
        ok: false,
        error: { code: 'bad-input' },
      });
    }
  }
});

interface Bytes {
  status: number;
  headers: Record<string, string | null>;
  body: Buffer;
}

const bytesOf = async (response: Response): Promise<Bytes> => ({
  status: response.status,
  headers: Object.fromEntries(
    ['content-type', 'content-range', 'content-length', 'accept-ranges', 'content-disposition'].map(
      (name) => [name, response.headers.get(name)],
    ),
  ),
  body: Buffer.from(await response.arrayBuffer()),
});

async function bytesOfBoth(path: string, headers: Record<string, string> = {}): Promise<Bytes> {
  const { app, renderer } = running;
  const request = new Request(bridge.bytesUrl(path), { headers });
  const first = await bytesOf(await serveProtocol(app, renderer, request));
  const second = await bytesOf(
    await fetch(`${origin}/bytes/${path}`, { headers: { ...headers, cookie } }),
  );
  expect({ ...second, body: second.body.length }).toEqual({ ...first, body: first.body.length });
  expect(second.body.equals(first.body)).toBe(true);
  return first;
}

test('audio, whole and in part, converted and not at all', async () => {
  const whole = await bytesOfBoth('audio/1');
  expect(whole.status).toBe(200);
  const part = await bytesOfBoth('audio/1', { range: 'bytes=100-199' });
  expect([part.status, part.body.length]).toEqual([206, 100]);
  expect((await bytesOfBoth('audio/1', { range: 'bytes=99999999-' })).status).toBe(416);
  const converted = await bytesOfBoth('audio/4?start=2');
  expect(converted.headers['content-type']).toBe('audio/flac');
  expect((await bytesOfBoth('audio/999')).status).toBe(404);
});

test.each([
  ['points/1', 200],
  ['columns/1/genre', 200],
  ['columns/1/nonsense', 404],
  ['peaks/1', 200],
  ['peaks/999', 404],
  ['artwork/1', 404],
  ['preview', 404],
  ['export/tracks.csv', 200],
  ['export/embeddings.npy', 200],
  ['export/points.csv?map=1', 200],
  ['export/points.csv', 404],
  ['export/passwd', 404],
  ['', 404],
  ['audio/1/more', 404],
  ['audio/..%2f..%2fetc%2fpasswd', 404],
  ['audio/1e3', 404],
])('bytes of %j: %i', async (path, status) => {
  expect((await bytesOfBoth(path)).status).toBe(status);
});

test('news arrive in both', async () => {
  const heard: unknown[] = [];
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/events`, {
    headers: { cookie, origin },
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const arrived = new Promise<void>((resolve) =>
    socket.once('message', (text) => {
      heard.push(JSON.parse(String(text)));
      resolve();
    }),
  );
  const stop = bridge.subscribe((name, payload) => heard.push({ name, payload }));
  running.app.settings.update({ theme: 'light' });
  await arrived;
  stop();
  socket.close();
  expect(heard.length).toBe(2);
  expect(heard[1]).toEqual(heard[0]);
  expect(heard[0]).toMatchObject({ name: 'settings.changed', payload: { theme: 'light' } });
});

test('a frame that is not ours may not call', async () => {
  const own = electron.sender;
  for (const sender of [
    { url: 'https://evil.example/', parent: null },
    { url: 'earshot://app.evil.example/', parent: null },
    { url: 'earshot://app/index.html', parent: {} },
  ]) {
    electron.sender = sender;
    await expect(bridge.call('app.getInfo', {})).rejects.toThrow('Only the page of Earshot');
    await expect(bridge.addDropped([])).rejects.toThrow('Only the page of Earshot');
  }
  electron.sender = own;
});

test('dropped folders are added, dropped nonsense is said', async () => {
  const drop = (path: string): Promise<CallReply> => bridge.addDropped([{ path } as never]);
  expect(await drop(running.renderer)).toEqual({ ok: true, value: null });
  expect(await drop('/nowhere')).toMatchObject({ ok: false, error: { code: 'bad-input' } });
});
