import { createWriteStream, mkdirSync, renameSync, statfsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import { downloadError, HttpStatusError, isTransient } from './download-error.ts';
import { httpsGet } from './https-get.ts';
import type { Network } from './https-get.ts';
import { PartFile } from './part-file.ts';
import { sha256Of } from './sha256.ts';

/** A file to fetch and what is known of it beforehand. */
export interface WantedFile {
  /** An https address. */
  url: string;
  /** Where the whole and checked file will be; until then a `.part` lies beside it. */
  path: string;
  bytes?: number;
  sha256?: string;
}

export interface DownloadOptions {
  signal: AbortSignal;
  network?: Network;
  /** Bytes that are here, those of an earlier attempt among them; the total once it is known. */
  onProgress?(received: number, total: number | null): void;
  /** The wait before the second attempt; each later one is twice as long. */
  pauseMilliseconds?: number;
}

const ATTEMPTS = 4;
/** An attempt that brought this much starts the count anew: long downloads may be cut often. */
const WORTHWHILE_BYTES = 1 << 20;
/** Where no size is known, a file beyond this is somebody's mistake. */
const MAX_BYTES = 8 * 2 ** 30;

/**
 * Fetches a file over https, going on where an earlier attempt broke off, and puts it in its place only
 * when size and SHA-256 are right. Answers its SHA-256.
 * @throws AppError `download-failed`, `disk-full` or `cancelled`; what arrived is kept for the next attempt
 */
export async function downloadFile(file: WantedFile, options: DownloadOptions): Promise<string> {
  mkdirSync(dirname(file.path), { recursive: true });
  const part = new PartFile(file.path);
  const resumedFrom = await fetchWithRetries(file, part, options);
  let sha256 = await sha256Of(part.path, options.signal);
  if (file.sha256 && sha256 !== file.sha256 && resumedFrom > 0) {
    part.delete(); // The parts may not belong together; the whole is fetched once more.
    await fetchWithRetries(file, part, options);
    sha256 = await sha256Of(part.path, options.signal);
  }
  if (file.sha256 && sha256 !== file.sha256) {
    part.delete();
    throw new AppError(
      'download-failed',
      `${basename(file.path)} is not the file that was published: its SHA-256 is ${sha256}, not ${file.sha256}. It was thrown away.`,
    );
  }
  part.forgetOrigin();
  renameSync(part.path, file.path);
  return sha256;
}

/** Answers the byte from which the last attempt went on. */
async function fetchWithRetries(
  file: WantedFile,
  part: PartFile,
  options: DownloadOptions,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const before = part.size();
    try {
      return await fetchRest(file, part, options);
    } catch (thrown) {
      if (options.signal.aborted) throw new AppError('cancelled', 'The download was cancelled.');
      if (!isTransient(thrown)) throw downloadError(thrown, file);
      if (part.size() - before >= WORTHWHILE_BYTES) attempt = 1;
      if (attempt >= ATTEMPTS) throw downloadError(thrown, file);
    }
    const pause = (options.pauseMilliseconds ?? 1000) * 2 ** (attempt - 1);
    await delay(pause, undefined, { signal: options.signal }).catch(() => {});
  }
}

async function fetchRest(
  file: WantedFile,
  part: PartFile,
  { signal, network = {}, onProgress }: DownloadOptions,
): Promise<number> {
  const start = resumableFrom(file, part);
  if (start > 0 && start === file.bytes) return start;
  const response = await httpsGet(file.url, rangeHeaders(start, part), network, signal);
  try {
    const from = acceptedStart(response, start, part);
    const total = expectedTotal(response, from, file);
    if (from === 0) part.setOrigin({ url: file.url, validator: validatorOf(response) });
    requireSpace(dirname(file.path), (total ?? 0) - from);
    let received = from;
    const limit = total ?? MAX_BYTES;
    const counted = async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of body) {
        received += chunk.length;
        if (received > limit) throw tooLong(file);
        yield chunk;
        onProgress?.(received, total);
      }
    };
    const flags = from > 0 ? 'a' : 'w';
    await pipeline(response, counted, createWriteStream(part.path, { flags }), { signal });
    if (total !== null && received < total) {
      throw Object.assign(new Error('The file ended early.'), { code: 'ECONNRESET' });
    }
    return from;
  } finally {
    response.destroy();
  }
}

/** A part counts where it is of the same address and its rest can be known to belong to it. */
function resumableFrom(file: WantedFile, part: PartFile): number {
  const origin = part.origin();
  const isKnown = origin?.url === file.url && (origin.validator !== null || file.sha256);
  const size = part.size();
  if (isKnown && size <= (file.bytes ?? MAX_BYTES)) return size;
  part.delete();
  return 0;
}

function rangeHeaders(start: number, part: PartFile): Record<string, string> {
  if (start === 0) return {};
  const validator = part.origin()?.validator;
  return { range: `bytes=${start}-`, ...(validator ? { 'if-range': validator } : {}) };
}

/** The byte at which this body begins: where the part ends, or 0 where the publisher sends the whole. */
function acceptedStart(response: IncomingMessage, start: number, part: PartFile): number {
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return 0;
  const [, first] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  if (statusCode === 206 && start > 0 && Number(first) === start) return start;
  if (statusCode === 206 || statusCode === 416) part.delete(); // The next attempt takes the whole.
  throw new HttpStatusError(statusCode);
}

function expectedTotal(response: IncomingMessage, from: number, file: WantedFile): number | null {
  const length = Number(response.headers['content-length'] ?? NaN);
  const total = Number.isSafeInteger(length) ? from + length : null;
  if (file.bytes !== undefined && total !== null && total !== file.bytes) {
    throw new AppError(
      'download-failed',
      `${basename(file.path)} has ${total} bytes where ${file.bytes} were published. It was not fetched.`,
    );
  }
  return file.bytes ?? total;
}

/** A strong ETag, else the date; a weak ETag says too little. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag } = headers;
  return etag?.startsWith('"') ? etag : (headers['last-modified'] ?? null);
}

const tooLong = (file: WantedFile): AppError =>
  new AppError('download-failed', `${basename(file.path)} is longer than was published.`);

function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  const missing = Math.ceil((bytes - bavail * bsize) / 1e6);
  throw new AppError(
    'disk-full',
    `The disk is too full for this file: ${missing} MB more are needed.`,
  );
}
