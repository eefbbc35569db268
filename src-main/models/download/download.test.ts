import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { CERTIFICATE, file, redirect, startPublisher } from '../fixtures/publisher.ts';
import type { Answer, Publisher } from '../fixtures/publisher.ts';
import { downloadFile } from './download.ts';
import type { DownloadOptions, WantedFile } from './download.ts';

const BYTES = Buffer.from(Float64Array.from({ length: 40_000 }, (_, i) => Math.sin(i)).buffer);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'earshot-download-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function publish(answers: Record<string, Answer>): Promise<Publisher> {
  const publisher = await startPublisher(answers);
  onTestFinished(() => publisher.close());
  return publisher;
}

const fetchFile = (
  url: string,
  known: Partial<WantedFile> = {},
  options: Partial<DownloadOptions> = {},
): Promise<string> =>
  downloadFile(
    { url, path: join(folder, 'a.onnx'), ...known },
    {
      signal: new AbortController().signal,
      network: { ca: CERTIFICATE, proxyEnv: {} },
      pauseMilliseconds: 1,
      ...options,
    },
  );
const partArrived = (): Promise<void> =>
  vi.waitFor(() => expect(statSync(join(folder, 'a.onnx.part')).size).toBeGreaterThan(0));
const arrived = (): Buffer => readFileSync(join(folder, 'a.onnx'));

test('a file arrives whole, checked, and alone in its folder', async () => {
  const { origin } = await publish({ '/a': redirect('/b'), '/b': file(BYTES) });
  const seen: [number, number | null][] = [];
  const onProgress = (received: number, total: number | null): void =>
    void seen.push([received, total]);
  const known = { bytes: BYTES.length, sha256: SHA256 };
  expect(await fetchFile(`${origin}/a`, known, { onProgress })).toBe(SHA256);
  expect(arrived().equals(BYTES)).toBe(true);
  expect(readdirSync(folder)).toEqual(['a.onnx']);
  expect(seen.at(-1)).toEqual([BYTES.length, BYTES.length]);
});

test('a cut connection is taken up where it broke', async () => {
  const { origin, requests } = await publish({
    '/a': file(BYTES, { cutAt: 100_000, cutAfter: partArrived }),
  });
  expect(await fetchFile(`${origin}/a`)).toBe(SHA256);
  expect(requests.length).toBe(2);
  const [, first] = /bytes=(\d+)-/.exec(requests[1])!;
  expect(Number(first)).toBeGreaterThan(0);
  expect(Number(first)).toBeLessThanOrEqual(100_000);
});

test('another file under the same address is not mixed with the old part', async () => {
  const other = Buffer.alloc(BYTES.length, 7);
  const before = file(BYTES, { cutAt: 100_000, cutAfter: partArrived });
  const after = file(other, { etag: '"two"' });
  let isFirst = true;
  const answer: Answer = (request, response) => {
    (isFirst ? before : after)(request, response);
    isFirst = false;
  };
  const { origin } = await publish({ '/a': answer });
  await fetchFile(`${origin}/a`);
  expect(arrived().equals(other)).toBe(true);
});

test('a part that cannot be proved to belong is fetched anew', async () => {
  const { origin, requests } = await publish({
    '/a': file(BYTES, { cutAt: 90_000, cutAfter: partArrived, etag: null }),
  });
  expect(await fetchFile(`${origin}/a`)).toBe(SHA256);
  expect(requests).toEqual(['/a', '/a']);
});

test('a wrong hash and a wrong size leave nothing behind', async () => {
  const { origin } = await publish({ '/a': file(BYTES) });
  await expect(fetchFile(`${origin}/a`, { sha256: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining(SHA256),
  });
  await expect(fetchFile(`${origin}/a`, { bytes: 17 })).rejects.toThrow('where 17 were published');
  expect(readdirSync(folder)).toEqual([]);
});

test('an old part that spoils the whole is thrown away and the file fetched once more', async () => {
  const { origin, requests } = await publish({ '/a': file(BYTES) });
  const leave = (name: string, content: Buffer | string): void =>
    writeFileSync(join(folder, name), content);
  leave('a.onnx.part', Buffer.alloc(50_000));
  leave('a.onnx.part.json', JSON.stringify({ url: `${origin}/a`, validator: '"one"' }));
  expect(await fetchFile(`${origin}/a`, { sha256: SHA256 })).toBe(SHA256);
  expect(requests).toEqual(['/a bytes=50000-', '/a']);
});

test('a cancelled download is taken up later', async () => {
  const large = Buffer.alloc(8_000_000, 3);
  const { origin, requests } = await publish({ '/a': file(large) });
  const cancel = new AbortController();
  const onProgress = (received: number): void => void (received > 2_000_000 && cancel.abort());
  const cancelled = fetchFile(`${origin}/a`, {}, { signal: cancel.signal, onProgress });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(join(folder, 'a.onnx'))).toBe(false);
  await fetchFile(`${origin}/a`);
  expect(requests[1]).toMatch(/^\/a bytes=[1-9]\d+-$/);
  expect(arrived().equals(large)).toBe(true);
});

test('a disk without room is said before anything is fetched', async (context) => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', disk]);
  if (status !== 0) return context.skip('Only root can mount a small disk.');
  try {
    const { origin } = await publish({ '/a': file(BYTES) });
    const failed = fetchFile(`${origin}/a`, { path: join(disk, 'a.onnx') });
    await expect(failed).rejects.toMatchObject({ code: 'disk-full' });
    expect(existsSync(join(disk, 'a.onnx.part'))).toBe(false);
  } finally {
    execFileSync('sh', ['-c', 'umount "$0"', disk]);
  }
});

test('what is not there, goes round in circles or leaves https is said', async () => {
  const { origin } = await publish({
    '/round': redirect('/round'),
    '/plain': redirect('http://localhost:1/a'),
    '/odd': redirect('http://['),
  });
  const failing = { '/none': 'no such file', '/round': 'without end', '/plain': 'not https' };
  for (const [path, words] of Object.entries({ ...failing, '/odd': 'nowhere' })) {
    const failed = fetchFile(`${origin}${path}`);
    await expect(failed, path).rejects.toMatchObject({ code: 'download-failed' });
    await expect(fetchFile(`${origin}${path}`), path).rejects.toThrow(words);
  }
  await expect(fetchFile('http://localhost:1/a')).rejects.toThrow('not https');
  expect(readdirSync(folder)).toEqual([]);
});

test('a publisher that only stumbles is asked again, one that refuses is not', async () => {
  let stumbles = 2;
  const stumbling: Answer = (request, response) =>
    stumbles-- > 0 ? void response.writeHead(503).end() : file(BYTES)(request, response);
  const refusing: Answer = (_request, response) => void response.writeHead(403).end();
  const { origin, requests } = await publish({ '/a': stumbling, '/b': refusing });
  expect(await fetchFile(`${origin}/a`)).toBe(SHA256);
  expect(requests.length).toBe(3);
  await expect(fetchFile(`${origin}/b`)).rejects.toThrow('everybody');
  expect(requests.length).toBe(4);
});

test('offline is said with the place where the file can be put by hand', async () => {
  const { origin, close } = await startPublisher({});
  await close();
  const failed = fetchFile(`${origin}/a`);
  await expect(failed).rejects.toThrow(/cannot be reached: is this machine online/);
  await expect(fetchFile(`${origin}/a`)).rejects.toThrow(
    `fetch ${origin}/a with a browser and put it at ${join(folder, 'a.onnx')}`,
  );
});

test('a certificate that nobody vouches for is refused', async () => {
  const { origin } = await publish({ '/a': file(BYTES) });
  const failed = fetchFile(`${origin}/a`, {}, { network: { proxyEnv: {} } });
  await expect(failed).rejects.toThrow('self-signed');
});

test('the proxy of the environment or of the system is used, and left out where it says so', async () => {
  const { origin } = await publish({ '/a': file(BYTES) });
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url }, socket: Socket) => {
    tunnels.push(url!);
    const [host, port] = url!.split(':');
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    for (const end of [there, socket]) end.on('error', () => {});
  });
  proxy.listen(0, 'localhost');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const HTTPS_PROXY = `http://localhost:${(proxy.address() as AddressInfo).port}`;
  const through = (proxyEnv: Record<string, string>): Promise<string> =>
    fetchFile(`${origin}/a`, {}, { network: { ca: CERTIFICATE, proxyEnv } });
  expect(await through({ HTTPS_PROXY })).toBe(SHA256);
  expect(tunnels).toEqual([new URL(origin).host]);
  expect(await through({ HTTPS_PROXY, NO_PROXY: 'localhost' })).toBe(SHA256);
  expect(tunnels.length).toBe(1);
  const bySystem = (proxies: string): Promise<string> => {
    const network = { ca: CERTIFICATE, proxyEnv: {}, proxiesFor: () => Promise.resolve(proxies) };
    return fetchFile(`${origin}/a`, {}, { network });
  };
  expect(await bySystem(`PROXY ${new URL(HTTPS_PROXY).host}; DIRECT`)).toBe(SHA256);
  expect(tunnels.length).toBe(2);
  expect(await bySystem('DIRECT')).toBe(SHA256);
  expect(tunnels.length).toBe(2);
});
