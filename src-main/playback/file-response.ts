import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';
import { parseRange } from './byte-range.ts';
import { contentType, PLAYLIST } from './content-type.ts';

const PIECE_BYTES = 256 * 1024;

/** A music file as it is, or the part of it that the request asks for. @throws AppError `file-missing` */
export async function fileResponse(path: Buffer, request: Request): Promise<Response> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) throw new AppError('file-missing', 'The file is not there at the moment.');
  let isHandedOn = false;
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new AppError('file-missing', 'There is no file of that name.');
    const type = await contentType(file);
    // A browser would open the addresses in it.
    if (type === PLAYLIST) throw new AppError('unsupported', 'The file is a playlist, not music.');
    const range = parseRange(request.headers.get('range'), status.size);
    if (range === 'invalid') {
      const headers = { 'content-range': `bytes */${status.size}` };
      return new Response(null, { status: 416, headers });
    }
    const { start, end } = range ?? { start: 0, end: status.size - 1 };
    const headers: Record<string, string> = {
      'content-type': type,
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-length': String(end - start + 1),
    };
    if (range) headers['content-range'] = `bytes ${start}-${end}/${status.size}`;
    isHandedOn = request.method !== 'HEAD' && status.size > 0;
    const body = isHandedOn ? (readPart(file, start, end) as unknown as BodyInit) : null;
    return new Response(body, { status: range ? 206 : 200, headers });
  } finally {
    if (!isHandedOn) await file.close();
  }
}

/** Read as fast as it is taken, and closed at the end or when the reader goes away. */
function readPart(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end + 1 - position));
        const { bytesRead } = await file.read(piece, 0, piece.length, position);
        position += bytesRead;
        if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead));
        if (bytesRead > 0 && position <= end) return;
        await file.close();
        if (position > end) controller.close();
        else controller.error(new AppError('file-unreadable', 'The file became shorter.'));
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
