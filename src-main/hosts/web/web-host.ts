import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../app.ts';
import { answer } from './answer.ts';
import { serveEvents } from './events-socket.ts';
import { isForeign, isFromHere, Session } from './session.ts';
import { CONTENT_SECURITY_POLICY } from './static-files.ts';

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
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    answer({ app, session, renderer, request, signal: gone.signal })
      .catch((thrown: unknown) => {
        app.log.error('a request failed', { message: String(thrown) });
        return new Response(null, { status: 500 });
      })
      .then((reply) => send(reply, request, response))
      .catch(() => response.destroy());
  });
  // A call may hold the program longer than Node waits before it cuts an idle connection under a new request.
  server.keepAliveTimeout = 60_000;
  const bound = await listen(server, port);
  session.bindTo(bound);
  const closeEvents = serveEvents(
    app,
    server,
    (request) =>
      isFromHere(request) &&
      request.headers.origin !== undefined &&
      !isForeign(request) &&
      session.hasCookie(request),
  );
  return {
    url: `http://127.0.0.1:${bound}/?token=${session.token}`,
    close: async () => {
      closeEvents();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${port} is taken by another program. Choose another with --port.`,
        EACCES: `Port ${port} may not be used by this account. Choose one above 1024 with --port.`,
      };
      const known = words[error.code ?? ''];
      reject(known ? new AppError('busy', known) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function send(
  reply: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(reply.status, {
    ...Object.fromEntries(reply.headers),
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  if (!reply.body || request.method === 'HEAD') {
    await reply.body?.cancel();
    response.end();
    return;
  }
  const body = Readable.fromWeb(reply.body as ReadableStream);
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
}
