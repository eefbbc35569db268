import { open } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';
import { explainFailure } from './ffmpeg-report.ts';
import type { FfmpegReport } from './ffmpeg-report.ts';

const HEAD_BYTES = 1024;

/** Why nothing of a file could be decoded; where ffmpeg has no reason, what the file is instead of music. */
export async function explainFile(path: Buffer, report: FfmpegReport): Promise<AppError> {
  const failure = explainFailure(report);
  if (failure.code !== 'decode-failed') return failure;
  const head = await readHead(path).catch(() => null);
  const content = head && describe(head);
  return content ? new AppError('decode-failed', content) : failure;
}

async function readHead(path: Buffer): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function describe(head: Buffer): string | null {
  if (head.length === 0) return 'The file is empty.';
  if (head.length > 16 && head.every((byte) => byte === 0)) {
    return 'The file holds zeros instead of music: it may not have been copied or downloaded to its end.';
  }
  const text = head.toString('latin1').trimStart();
  if (/[\x00-\x08\x0e-\x1f]/.test(text)) return null;
  if (/^<(!doctype|html|head|\?xml)/i.test(text)) return 'The file is a web page, not music.';
  if (/^(#EXTM3U|ffconcat|\[playlist\])/i.test(text)) return 'The file is a playlist, not music.';
  return head.length > 3 ? 'The file is text, not music.' : null;
}
