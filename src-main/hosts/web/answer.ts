import type { IncomingMessage } from 'node:http';
import type { App } from '../../app.ts';
import { dispatch } from '../dispatch.ts';
import { serveBytes } from '../serve-bytes.ts';
import { isForeign, isFromHere } from './session.ts';
import type { Session } from './session.ts';
import { staticFile } from './static-files.ts';

/** A million ids, or a table of labels for as many tracks, fit. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

interface Asked {
  app: App;
  session: Session;
  /** Absolute folder of the built window. */
  renderer: string;
  request: IncomingMessage;
  /** Aborted when the other side goes away. */
  signal: AbortSignal;
}

/** Lets in who has the token or its cookie; then calls, bytes and the files of the window. */
export async function answer(asked: Asked): Promise<Response> {
  const { app, session, renderer, request } = asked;
  if (!isFromHere(request)) return new Response('Forbidden', { status: 403 });
  const base = `http://${request.headers.host}`;
  if (!URL.canParse(request.url ?? '', base)) return new Response(null, { status: 400 });
  const url = new URL(request.url ?? '', base);
  if (url.pathname === '/' && session.isToken(url.searchParams.get('token'))) {
    // The token leaves the address line, where it could be copied by accident.
    const headers = { location: '/', 'set-cookie': session.cookie, 'cache-control': 'no-store' };
    return new Response(null, { status: 303, headers });
  }
  if (isForeign(request) || !session.hasCookie(request)) {
    const words = 'Open Earshot with the address that it printed when it started.';
    return new Response(words, { status: 403 });
  }
  if (url.pathname.startsWith('/call/')) return call(asked, url.pathname.slice('/call/'.length));
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  }
  if (url.pathname === '/capabilities.json') return Response.json(app.capabilities);
  if (url.pathname.startsWith('/bytes/')) return bytes(asked, url);
  return (await staticFile(renderer, url.pathname)) ?? new Response('Not found', { status: 404 });
}

function bytes({ app, request: { method, headers }, signal }: Asked, url: URL): Promise<Response> {
  url.pathname = url.pathname.slice('/bytes'.length);
  const range: Record<string, string> = headers.range ? { range: headers.range } : {};
  return serveBytes(app, new Request(url, { method, headers: range, signal }));
}

/** Only our own page sends JSON: another site would need a preflight, which is refused. */
async function call({ app, request }: Asked, name: string): Promise<Response> {
  if (request.method !== 'POST')
    return new Response(null, { status: 405, headers: { allow: 'POST' } });
  const isJson = request.headers['content-type']?.startsWith('application/json');
  if (!isJson) return new Response(null, { status: 415 });
  const text = await readBody(request);
  if (text === null) return new Response(null, { status: 413, headers: { connection: 'close' } });
  let input: unknown;
  try {
    input = JSON.parse(text || '{}');
  } catch {
    return new Response(null, { status: 400 });
  }
  return Response.json(await dispatch(app, name, input));
}

/** Null where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return null;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
