import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { App } from '../../app.ts';

/** A page that hears nothing any more is cut off; it connects anew and asks again. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** News as JSON messages `{ name, payload }` on `ws /events`. Returns the function that ends it. */
export function serveEvents(
  app: App,
  server: Server,
  isAllowed: (request: IncomingMessage) => boolean,
): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/events' || !isAllowed(request)) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      client.on('close', () => {
        // Nobody listens any more, and no page is left to say so.
        if (sockets.clients.size === 0) void app.calls['playback.setPlaying']({ playing: false });
      });
    });
  });
  const stop = app.events.onAny((name, payload) => {
    if (sockets.clients.size === 0) return;
    const message = JSON.stringify({ name, payload });
    for (const client of sockets.clients) {
      if (client.bufferedAmount > MAX_UNSENT_BYTES) client.terminate();
      else client.send(message);
    }
  });
  return () => {
    stop();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}
