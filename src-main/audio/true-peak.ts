import { AppError } from '../base/errors.ts';
import { explainFailure, FfmpegReport } from './ffmpeg-report.ts';
import { openInput, startFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';

const TIMEOUT_SECONDS = 600;

/**
 * The true peak (ITU-R BS.1770: four times oversampled, largest of the channels) in dBTP, -Infinity for
 * silence. It needs the full rate and takes ffmpeg some three decodes, so it is not part of the analysis.
 * @throws AppError as `decodeTrack`
 */
export function measureTruePeak(
  ffmpeg: Pick<Ffmpeg, 'path'>,
  path: Buffer,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const meter = ['-map', '0:a:0', '-vn', '-sn', '-dn', '-af', 'ebur128=peak=true:framelog=verbose'];
  return new Promise((resolve, reject) => {
    const child = startFfmpeg(ffmpeg, openInput(path), [...meter, '-f', 'null', '-']);
    const report = new FfmpegReport();
    let failure: AppError | null = null;
    const end = (error: AppError): void => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => end(new AppError('cancelled', 'The measurement was cancelled.'));
    const timer = setTimeout(
      () => end(new AppError('timeout', 'Reading the file took too long; it was given up.')),
      TIMEOUT_SECONDS * 1000,
    );
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    child.stdout!.resume();
    child.stderr!.on('data', (bytes: Buffer) => report.take(bytes));
    child.on('error', (cause) => {
      failure ??= new AppError('ffmpeg-missing', `ffmpeg could not be started: ${cause.message}`);
    });
    child.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (failure) reject(failure);
      else if (report.truePeak === null) reject(explainFailure(report));
      else resolve(report.truePeak);
    });
  });
}
