import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { WebSocketServer } from 'ws';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../app.ts';
import { dispatch } from '../dispatch.ts';
import { serveBytes } from '../serve-bytes.ts';
import { isFromHere, Session } from './session.ts';
import { CONTENT_SECURITY_POLICY, staticFile } from './static-files.ts';

const MAX_BODY = 4 * 1024 * 1024;

export interface WebHost {
  /** With the token that lets one in. */
  url: string;
  close(): Promise<void>;
}

export interface WebHostOptions {
  /** 0 takes any free port. */
  port: number;
  /** Absolute folder of the built window. */
  renderer: string;
}

/**
 * The program in a browser of the same machine. Listens on 127.0.0.1 only.
 * @throws AppError `busy` where the port is taken
 */
export async function startWebHost(app: App, { port, renderer }: WebHostOptions): Promise<WebHost> {
  const session = new Session();
  const server = createServer((request, response) => {
    respond(app, session, renderer, request)
      .catch(() => new Response(null, { status: 500 }))
      .then((answer) => send(answer, request, response))
      .catch(() => response.destroy());
  });
  const closeEvents = serveEvents(app, session, server);
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/?token=${session.token}`,
    close: async () => {
      closeEvents();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const words = `Port ${port} is taken by another program. Choose another with --port.`;
      reject(isTaken ? new AppError('busy', words) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond(
  app: App,
  session: Session,
  renderer: string,
  message: IncomingMessage,
): Promise<Response> {
  if (!isFromHere(message)) return new Response('Forbidden', { status: 403 });
  const url = new URL(message.url ?? '/', `http://${message.headers.host}`);
  if (url.pathname === '/' && session.isToken(url.searchParams.get('token'))) {
    // The token leaves the address line, where it could be copied by accident.
    return new Response(null, {
      status: 303,
      headers: { location: '/', 'set-cookie': session.cookie },
    });
  }
  if (!session.hasCookie(message)) {
    return new Response('Open Earshot with the address that it printed when it started.', {
      status: 403,
    });
  }
  if (url.pathname.startsWith('/call/'))
    return call(app, message, url.pathname.slice('/call/'.length));
  if (url.pathname === '/capabilities.json') return Response.json(app.capabilities);
  if (url.pathname.startsWith('/bytes/')) {
    url.pathname = url.pathname.slice('/bytes'.length);
    const { method, headers } = message;
    const range: Record<string, string> = headers.range ? { range: headers.range } : {};
    const gone = new AbortController();
    message.once('close', () => gone.abort());
    return serveBytes(app, new Request(url, { method, headers: range, signal: gone.signal }));
  }
  return (await staticFile(renderer, url.pathname)) ?? new Response('Not found', { status: 404 });
}

/** Only our own page sends JSON: another site would need a preflight, which is refused. */
async function call(app: App, message: IncomingMessage, name: string): Promise<Response> {
  const isJson = message.headers['content-type']?.startsWith('application/json');
  if (message.method !== 'POST' || !isJson) return new Response(null, { status: 405 });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) return new Response(null, { status: 413 });
    parts.push(part);
  }
  let input: unknown;
  try {
    input = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}');
  } catch {
    return new Response(null, { status: 400 });
  }
  return Response.json(await dispatch(app, name, input));
}

async function send(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, {
    ...headers,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  if (!answer.body || request.method === 'HEAD') {
    response.end();
    return;
  }
  const body = Readable.fromWeb(answer.body as ReadableStream);
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
}

/** News as JSON messages `{ name, payload }`. */
function serveEvents(app: App, session: Session, server: Server): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  server.on('upgrade', (request, socket, head) => {
    const isAllowed = isFromHere(request) && request.headers.origin && session.hasCookie(request);
    if (!isAllowed || request.url !== '/events') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) =>
      client.on('error', () => client.close()),
    );
  });
  const stop = app.events.onAny((name, payload) => {
    const message = JSON.stringify({ name, payload });
    for (const client of sockets.clients) client.send(message);
  });
  return () => {
    stop();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}
