/** Stable codes that cross every border; the renderer and the command line choose their words by them. */
export type ErrorCode =
  | 'bad-input'
  | 'not-found'
  | 'unsupported'
  | 'unavailable'
  | 'busy'
  | 'cancelled'
  | 'disk-full'
  | 'file-missing'
  | 'file-unreadable'
  | 'decode-failed'
  | 'no-audio'
  | 'protected'
  | 'too-short'
  | 'silent'
  | 'timeout'
  | 'process-died'
  | 'ffmpeg-missing'
  | 'database-newer'
  | 'database-corrupt'
  | 'model-missing'
  | 'model-invalid'
  | 'out-of-memory'
  | 'download-failed'
  | 'internal';

/** An error meant for a person: `message` is a whole sentence, `code` is what programs branch on. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** The form in which an error crosses a process or network border. */
export interface PlainError {
  code: ErrorCode;
  message: string;
}

/** Any thrown value as code and message. Node's own codes are translated where a person can act on them. */
export function toPlainError(thrown: unknown): PlainError {
  if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof Error) {
    const { code, path } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
      return { code: 'disk-full', message: 'The disk is full. Free some space and try again.' };
    }
    if (code?.startsWith('SQLITE_READONLY')) {
      const message =
        'The library may not be written to. See who owns its folder, or use another library.';
      return { code: 'unavailable', message };
    }
    if (code === 'ENOENT') {
      return { code: 'file-missing', message: path ? `There is no ${path}.` : thrown.message };
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      const message = path ? `${path} may not be read or written.` : thrown.message;
      return { code: 'file-unreadable', message };
    }
    return { code: 'internal', message: thrown.message };
  }
  return { code: 'internal', message: String(thrown) };
}

export function fromPlainError(plain: PlainError): AppError {
  return new AppError(plain.code, plain.message);
}
