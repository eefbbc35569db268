import type { App } from '../app.ts';
import { toPlainError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { columnName } from '../projection/contract.ts';

type Answer = Response | Promise<Response>;

const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-input': 400,
  'not-found': 404,
  'file-missing': 404,
  'file-unreadable': 404,
};

const IMMUTABLE = 'private, max-age=31536000, immutable';

/**
 * The one way in for bytes of every host. The path of the URL names them by ids, as in `/audio/7`;
 * anything else is 404.
 */
export async function serveBytes(app: App, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response(null, { status: 405 });
  try {
    const { pathname } = new URL(request.url);
    const [kind, id, name, ...rest] = pathname.split('/').filter(Boolean);
    if (rest.length > 0 || !/^\d{1,15}$/.test(id ?? '')) return notFound();
    return await answer(app, request, kind, Number(id), name);
  } catch (thrown) {
    const error = toPlainError(thrown);
    return Response.json({ error }, { status: STATUS[error.code] ?? 500 });
  }
}

function answer(app: App, request: Request, kind: string, id: number, name?: string): Answer {
  if (kind === 'audio' && !name) return app.playback.audio(id, request);
  if (kind === 'artwork' && !name) return artwork(app, id);
  if (kind === 'peaks' && !name) return bytes(app.playback.peaks(id), 'private, max-age=60');
  if (kind === 'points' && !name) return bytes(app.projection.pointsOf(id), IMMUTABLE);
  const column = columnName.safeParse(name);
  if (kind === 'columns' && column.success) {
    return bytes(app.projection.columnOf(id, column.data), IMMUTABLE);
  }
  return notFound();
}

async function artwork(app: App, id: number): Promise<Response> {
  const picture = await app.library.artworkOf(id);
  if (!picture) return notFound();
  const headers = { 'content-type': picture.type, 'cache-control': 'private, max-age=3600' };
  return new Response(picture.bytes as BodyInit, { headers });
}

function bytes(content: Uint8Array | null, caching: string): Response {
  if (!content) return notFound();
  const headers = { 'content-type': 'application/octet-stream', 'cache-control': caching };
  return new Response(content as BodyInit, { headers });
}

const notFound = (): Response => new Response(null, { status: 404 });
