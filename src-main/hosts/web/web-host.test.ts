import { once } from 'node:events';
import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { runApp } from '../fixtures/running-app.ts';
import type { RunningApp } from '../fixtures/running-app.ts';
import { startWebHost } from './web-host.ts';
import type { WebHost } from './web-host.ts';

let running: RunningApp;
let web: WebHost;
let port: number;
let cookie: string;

beforeAll(async () => {
  running = await runApp();
  web = await startWebHost(running.app, { port: 0, renderer: running.renderer });
  port = Number(new URL(web.url).port);
  const entered = await fetch(web.url, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')!.split(';')[0];
}, 120_000);
afterAll(async () => {
  await web?.close();
  await running?.close();
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Unlike `fetch`, sends any header and any path. */
async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers });
  request.end(body);
  const [response] = await once(request, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string>,
    text: Buffer.concat(parts).toString(),
  };
}

test('the token is taken once and leaves the address', async () => {
  const { status, headers } = await send(new URL(web.url).search.replace(/^/, '/'));
  expect(status).toBe(303);
  expect(headers.location).toBe('/');
  expect(headers['set-cookie'][0]).toMatch(/^earshot-\d+=\S+; HttpOnly; SameSite=Strict; Path=\/$/);
});

test.each([
  ['without anything', '/', {}],
  ['with a wrong token', '/?token=AAAA', {}],
  ['with a wrong cookie', '/', { cookie: 'earshot=AAAA' }],
  ['bytes without a cookie', '/bytes/audio/1', {}],
  ['under another name', '/', { host: 'evil.example', known: 'yes' }],
  ['under a name that begins alike', '/', { host: '127.0.0.1.evil.example', known: 'yes' }],
  ['from another site', '/capabilities.json', { origin: 'https://evil.example', known: 'yes' }],
  ['from another port', '/capabilities.json', { origin: 'http://127.0.0.1:1', known: 'yes' }],
  [
    'as a picture on another page',
    '/bytes/audio/1',
    { 'sec-fetch-site': 'same-site', known: 'yes' },
  ],
])('nobody gets in %s', async (_what, path, { known, ...headers }: Record<string, string>) => {
  expect((await send(path, { headers: { ...headers, ...(known ? { cookie } : {}) } })).status).toBe(
    403,
  );
});

test('the page comes with everything that holds it in', async () => {
  const { status, headers, text } = await send('/', { headers: { cookie } });
  expect(status).toBe(200);
  expect(text).toContain('Earshot');
  const policy = headers['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe-eval');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%',
  '/%00',
  '/nothing.js',
])('there is no %s', async (path) => {
  expect((await send(path, { headers: { cookie } })).status).toBe(404);
});

test('calls are JSON by POST, within bounds', async () => {
  const json = { cookie, 'content-type': 'application/json' };
  const path = '/call/settings.get';
  expect((await send(path, { headers: { cookie } })).status).toBe(405);
  const form = { cookie, 'content-type': 'text/plain' };
  expect((await send(path, { method: 'POST', headers: form, body: '{}' })).status).toBe(415);
  expect((await send(path, { method: 'POST', headers: json, body: '{"a' })).status).toBe(400);
  const large = connect(port, '127.0.0.1'); // The answer does not wait for what is too much.
  large.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n`);
  large.write(`Content-Type: application/json\r\nContent-Length: ${17 << 20}\r\n\r\n`);
  expect(String(await once(large, 'data'))).toMatch(/^HTTP\/1.1 413 /);
  large.destroy();
  expect((await send(path, { method: 'POST', headers: json, body: '{}' })).status).toBe(200);
  expect((await send('/bytes/audio/1', { method: 'DELETE', headers: { cookie } })).status).toBe(
    405,
  );
});

test.each([
  ['no cookie', {}],
  ['no origin', { cookie: 'known' }],
  ['another origin', { cookie: 'known', origin: 'https://evil.example' }],
])('no news with %s', async (_what, headers: Record<string, string>) => {
  const given = { ...headers, ...(headers.cookie ? { cookie } : {}) };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: given });
  const [error] = await once(socket, 'error');
  expect(String(error)).toMatch(/hang up|ECONNRESET/);
});

test('a reader that goes away in the middle leaves the host alive', async () => {
  for (const path of ['/bytes/audio/1', '/bytes/audio/4', '/bytes/export/embeddings.csv']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
  }
  const garbage = connect(port, '127.0.0.1');
  garbage.write('GET http://[bad HTTP/9.9\r\n\r\n');
  garbage.resume();
  await once(garbage, 'close');
  expect((await send('/capabilities.json', { headers: { cookie } })).status).toBe(200);
});

test('a taken port is said plainly; two hosts on one machine keep their own cookies', async () => {
  const options = { renderer: running.renderer };
  const taken = startWebHost(running.app, { ...options, port });
  await expect(taken).rejects.toMatchObject({ code: 'busy', message: /^Port \d+ is taken/ });
  const second = await startWebHost(running.app, { ...options, port: 0 });
  const entered = await fetch(second.url, { redirect: 'manual' });
  const other = entered.headers.get('set-cookie')!.split(';')[0];
  expect(other.split('=')[0]).not.toBe(cookie.split('=')[0]);
  await second.close();
});

test('closing ends open connections at once', async () => {
  const host = await startWebHost(running.app, { port: 0, renderer: running.renderer });
  const idle = connect(Number(new URL(host.url).port), '127.0.0.1');
  await once(idle, 'connect');
  const ended = once(idle, 'close');
  await host.close();
  await ended;
});
