import type { App } from '../app.ts';
import { latentPoint } from '../autoencoder/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { exportName, pictureOptions } from '../exporting/room.ts';
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
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  }
  try {
    return await answer(app, request);
  } catch (thrown) {
    const error = toPlainError(thrown);
    return Response.json({ error }, { status: STATUS[error.code] ?? 500 });
  }
}

function answer(app: App, request: Request): Answer {
  const { pathname, searchParams } = new URL(request.url);
  const [kind, word, name, ...rest] = pathname.split('/').filter(Boolean);
  if (rest.length > 0) return notFound();
  if (kind === 'preview' && !word) return bytes(app.projection.previewOf(), 'no-store');
  if (kind === 'export' && !name) return download(app, word, searchParams);
  if (!/^\d{1,15}$/.test(word ?? '')) return notFound();
  const id = Number(word);
  if (kind === 'audio' && !name) return app.playback.audio(id, request);
  if (kind === 'artwork' && !name) return artwork(app, id, searchParams.get('size'));
  if (kind === 'peaks' && !name) return bytes(app.playback.peaks(id), 'private, max-age=60');
  if (kind === 'points' && !name) return bytes(app.projection.pointsOf(id), IMMUTABLE);
  if (kind === 'labels' && !name) return labelTable(app, id);
  if (kind === 'journey' && !name) {
    return app.journey.ofTrack(id).then((one) => bytes(one.bytes, 'private, max-age=60'));
  }
  if (kind === 'journey' && name === 'journey.png') return journeyPicture(app, id);
  if (kind === 'groups' && name === 'matrix.csv') {
    return attachment(name, 'text/csv; charset=utf-8', [app.groups.csvOf(id)]);
  }
  if (kind === 'latent' && name) return latent(app, id, name, searchParams);
  const labelSet = /^label-(\d{1,15})$/.exec(name ?? '');
  if (kind === 'columns' && labelSet) return labelColumn(app, id, Number(labelSet[1]));
  const column = columnName.safeParse(name);
  if (kind === 'columns' && column.success) {
    return bytes(app.projection.columnOf(id, column.data), IMMUTABLE);
  }
  return notFound();
}

async function journeyPicture(app: App, id: number): Promise<Response> {
  const opened = await app.journey.ofTrack(id);
  const [{ artist, title }] = app.library.trackRows([id]);
  const words = [artist, title].filter(Boolean).join(' – ');
  return attachment('journey.png', 'image/png', [app.exporting.journeyPicture(words, opened)]);
}

async function latent(
  { autoencoder }: App,
  id: number,
  name: string,
  words: URLSearchParams,
): Promise<Response> {
  if (name === 'original' || name === 'reconstruction') {
    const trackId = Number(words.get('track'));
    return bytes(await autoencoder.spectrogramOf(id, trackId, name), 'private, max-age=600');
  }
  if (name !== 'spectrogram' && name !== 'sound') return notFound();
  const point = latentPoint.safeParse(words.get('point') ?? '');
  if (!point.success) throw new AppError('bad-input', 'The address names no point of the map.');
  if (name === 'spectrogram') {
    return bytes(await autoencoder.spectrogramAt(id, point.data), 'private, max-age=600');
  }
  const wav = await autoencoder.soundAt(id, point.data);
  const headers = { 'content-type': 'audio/wav', 'cache-control': 'private, max-age=600' };
  return new Response(wav as BodyInit, { headers });
}

async function artwork(app: App, id: number, size: string | null): Promise<Response> {
  const picture = await app.library.artworkOf(
    id,
    size === '64' ? 64 : size === '256' ? 256 : 'full',
  );
  if (!picture) return notFound();
  const headers = { 'content-type': picture.type, 'cache-control': 'private, max-age=3600' };
  return new Response(picture.bytes as BodyInit, { headers });
}

function download(app: App, word: string, words: URLSearchParams): Response {
  const name = exportName.safeParse(word);
  if (!name.success) return notFound();
  const picture = pictureOptions.safeParse(Object.fromEntries(words));
  if (!picture.success) {
    const [{ path, message }] = picture.error.issues;
    throw new AppError('bad-input', `${path.join('.')}: ${message}`);
  }
  const mapId = Number(words.get('map'));
  const { type, pieces } = app.exporting.open(name.data, mapId, picture.data);
  return attachment(name.data, type, pieces);
}

function labelColumn(app: App, mapId: number, setId: number): Response {
  const set = app.labels.sets().find(({ id }) => id === setId);
  if (!set) return notFound();
  return bytes(app.projection.labelColumnOf(mapId, app.labels.labelsOf(set.name)), 'no-store');
}

function labelTable(app: App, setId: number): Response {
  const set = app.labels.sets().find(({ id }) => id === setId);
  if (!set) return notFound();
  return attachment('labels.csv', 'text/csv; charset=utf-8', app.labels.exportCsv(set.name));
}

function attachment(name: string, type: string, pieces: Iterable<string | Uint8Array>): Response {
  const headers = {
    'content-type': type,
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  };
  return new Response(streamOf(pieces), { headers });
}

/** Taken piece by piece, as fast as the other side reads. */
function streamOf(pieces: Iterable<string | Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { value, done } = iterator.next();
        if (done) return controller.close();
        controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
      },
      cancel: () => void iterator.return?.(),
    },
    { highWaterMark: 0 },
  );
}

function bytes(content: Uint8Array | null, caching: string): Response {
  if (!content) return notFound();
  const headers = { 'content-type': 'application/octet-stream', 'cache-control': caching };
  return new Response(content as BodyInit, { headers });
}

const notFound = (): Response => new Response(null, { status: 404 });
