import { AppError } from '../../base/errors.ts';
import type { WantedFile } from './download.ts';

/** The publisher answered, but not with the file. */
export class HttpStatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'ENETDOWN',
]);
const CUT = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT']);
/** Statuses that another attempt may change; 206 and 416 are parts that did not fit. */
const TRANSIENT_STATUSES = new Set([206, 408, 416, 429, 500, 502, 503, 504]);

const codeOf = (thrown: unknown): string => String((thrown as NodeJS.ErrnoException).code);

export function isTransient(thrown: unknown): boolean {
  if (thrown instanceof HttpStatusError) return TRANSIENT_STATUSES.has(thrown.status);
  return CUT.has(codeOf(thrown)) || codeOf(thrown) === 'EAI_AGAIN';
}

/** Why a file could not be fetched, as a sentence that says what a person can do. */
export function downloadError(thrown: unknown, { url, path }: WantedFile): AppError {
  if (thrown instanceof AppError) return thrown;
  const { host } = new URL(url);
  const byHand = `You can also fetch ${url} with a browser and put it at ${path}.`;
  const failed = (sentence: string): AppError =>
    new AppError('download-failed', `${sentence} ${byHand}`, { cause: thrown });
  if (thrown instanceof HttpStatusError) return failed(statusSentence(host, thrown.status));
  const code = codeOf(thrown);
  if (code === 'ENOSPC') {
    const advice = 'Free some space; the download goes on where it stopped.';
    return new AppError('disk-full', `The disk is full. ${advice}`, { cause: thrown });
  }
  if (UNREACHABLE.has(code)) {
    return failed(`${host} cannot be reached: is this machine online, or behind a proxy?`);
  }
  if (CUT.has(code)) {
    return failed(`The connection to ${host} broke off again and again. What arrived is kept.`);
  }
  return failed(`${host} cannot be read: ${(thrown as Error).message}.`);
}

function statusSentence(host: string, status: number): string {
  if (status === 404 || status === 410) return `${host} has no such file any more.`;
  if (status === 401 || status === 403) return `${host} does not give this file to everybody.`;
  return `${host} answers with an error (HTTP ${status}).`;
}
