import { request } from 'node:http';
import { expect, test } from './fixture.ts';

test('the web host lets in who has its token, from its own page only', async ({ earshot }) => {
  const { url, page } = await earshot();
  test.skip(url === null, 'There is no web host in Electron.');
  const { origin, host } = new URL(url!);
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${origin}${path}`, { headers, redirect: 'manual' })).status;
  expect(await status('/')).toBe(403);
  expect(await status('/?token=wrong')).toBe(403);
  expect(await status('/capabilities.json')).toBe(403);
  const [cookie] = await page.context().cookies(origin);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  const known = { cookie: `${cookie.name}=${cookie.value}` };
  expect(await status('/capabilities.json', known)).toBe(200);
  expect(await status('/capabilities.json', { ...known, origin: 'https://evil.example' })).toBe(
    403,
  );
  expect(await status('/bytes/audio/1', known)).toBe(404);
  expect(await status('/bytes/audio/..%2f..%2fetc%2fpasswd', known)).toBe(404);
  expect(await status('/..%2f..%2fpackage.json', known)).toBe(404);
  const page2 = await fetch(origin, { headers: known });
  expect(page2.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page.url()).toBe(`http://${host}/`); // The token has left the address.
});

test('another name for this machine and a socket without the cookie are refused', async ({
  earshot,
}) => {
  const { url, page } = await earshot();
  test.skip(url === null, 'There is no web host in Electron.');
  const { origin, port, host } = new URL(url!);
  const [cookie] = await page.context().cookies(origin);
  const known = { cookie: `${cookie.name}=${cookie.value}` };
  // `fetch` does not let one choose these headers.
  const status = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, headers });
      sent.on('response', (response) => resolve(response.resume().statusCode!));
      sent.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve(101);
      });
      sent.on('error', reject);
      sent.end();
    });
  expect(await status('/', { ...known, host })).toBe(200);
  expect(await status('/', { ...known, host: `rebound.example:${port}` })).toBe(403);
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    host,
    origin,
  };
  const refused = (headers: Record<string, string>) => status('/events', headers).catch(() => 403);
  expect(await status('/events', { ...upgrade, ...known })).toBe(101);
  expect(await refused(upgrade)).not.toBe(101);
  expect(await refused({ ...upgrade, ...known, origin: 'https://evil.example' })).not.toBe(101);
});
