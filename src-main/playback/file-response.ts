import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../base/errors.ts';
import { parseRange } from './byte-range.ts';

const TYPES: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.m4b': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
  '.wav': 'audio/wav',
  '.webm': 'audio/webm',
  '.mka': 'audio/webm',
};

/** A music file as it is, or the part of it that the request asks for. @throws AppError `file-missing` */
export async function fileResponse(path: Buffer, request: Request): Promise<Response> {
  const status = await stat(path).catch(() => null);
  if (!status?.isFile()) throw new AppError('file-missing', 'The file is not there at the moment.');
  const { size } = status;
  const type = TYPES[extname(path.toString('latin1')).toLowerCase()] ?? 'application/octet-stream';
  const headers = { 'content-type': type, 'accept-ranges': 'bytes', 'cache-control': 'no-store' };
  const range = parseRange(request.headers.get('range'), size);
  if (range === 'invalid') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const partial: Record<string, string> = range
    ? { 'content-range': `bytes ${start}-${end}/${size}` }
    : {};
  const length = String(size === 0 ? 0 : end - start + 1);
  const body = request.method === 'HEAD' || size === 0 ? null : readPart(path, start, end);
  return new Response(body, {
    status: range ? 206 : 200,
    headers: { ...headers, ...partial, 'content-length': length },
  });
}

function readPart(path: Buffer, start: number, end: number): BodyInit {
  return Readable.toWeb(createReadStream(path, { start, end })) as unknown as BodyInit;
}
