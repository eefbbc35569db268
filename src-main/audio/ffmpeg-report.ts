import { AppError } from '../base/errors.ts';

/** Lines kept of what ffmpeg says, so that a broken file cannot fill memory. */
const MAX_LINES = 400;
const MAX_LINE = 2000;

/** What ffmpeg says on stderr about one file, read as it comes. */
export class FfmpegReport {
  /** Of the container, in seconds; null where it does not say. */
  durationSeconds: number | null = null;
  /** The duration is a guess from the bit rate of the first frames. */
  isDurationGuessed = false;
  codec = '';
  sampleRate = 0;
  channels = 0;
  isProtected = false;
  /** In dBTP, where it was asked for. */
  truePeak: number | null = null;
  /** Processor time of all runs so far, as ffmpeg counts its own. */
  cpuSeconds = 0;
  /** Lines at the level error or above. */
  readonly errors: string[] = [];
  errorCount = 0;
  #rest = '';
  #lines = 0;

  take(bytes: Buffer): void {
    const lines = (this.#rest + bytes.toString('utf8')).split(/\r?\n/);
    this.#rest = lines.pop()!.slice(0, MAX_LINE);
    for (const line of lines) this.#read(line.slice(0, MAX_LINE));
  }

  #read(line: string): void {
    if (/\[(error|fatal|panic)\]/.test(line)) {
      this.errorCount++;
      if (this.errors.length < MAX_LINES)
        this.errors.push(line.replace(/^.*?\[(error|fatal|panic)\] /, ''));
    }
    const bench = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(line);
    if (bench) this.cpuSeconds += Number(bench[1]) + Number(bench[2]);
    if (++this.#lines > MAX_LINES) return;
    const duration = /\[info\]\s+Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(line);
    if (duration && this.durationSeconds === null) {
      this.durationSeconds =
        Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3]);
    }
    const peak = /^\s+Peak:\s+(-inf|[-\d.]+) dBFS/.exec(line);
    if (peak) this.truePeak = peak[1] === '-inf' ? -Infinity : Number(peak[1]);
    if (line.includes('Estimating duration from bitrate')) this.isDurationGuessed = true;
    const stream = /\[info\]\s+Stream #0:\d+.*?: Audio: ([\w.]+)(.*?), (\d+) Hz/.exec(line);
    if (stream && !this.codec) {
      this.codec = stream[1];
      this.isProtected = stream[2].includes('drms');
      this.sampleRate = Number(stream[3]);
      return;
    }
    const output = /\[info\]\s+Stream #0:0.*?: Audio: pcm_f32le, (\d+) Hz, .*, (\d+) kb\/s/.exec(
      line,
    );
    if (output && this.channels === 0) {
      // Layouts have names without end; the bit rate of plain samples counts their channels.
      this.channels = Math.round((Number(output[2]) * 1000) / (32 * Number(output[1])));
    }
  }
}

/** What ffmpeg says of any file that it cannot read. */
const SAYS_NOTHING =
  /^(Invalid (argument|data found)|End of file|Error |Cannot determine|Conversion failed)/;

/** Why nothing could be decoded, in a sentence for a person. */
export function explainFailure(report: FfmpegReport): AppError {
  if (report.isProtected) {
    return new AppError('protected', 'The file is copy-protected (DRM) and cannot be read.');
  }
  const text = report.errors.join('\n');
  if (/matches no streams/.test(text)) return new AppError('no-audio', 'The file holds no sound.');
  if (/No such file/.test(text))
    return new AppError('file-missing', 'The file is not there any more.');
  if (/Permission denied|Input\/output error/.test(text)) {
    return new AppError('file-unreadable', 'The file could not be read from the disk.');
  }
  const detail = report.errors
    .map((line) => line.replace(/^\[[^\]]*\] |^file:.*: /g, ''))
    .findLast((line) => !SAYS_NOTHING.test(line))
    ?.slice(0, 160);
  return new AppError(
    'decode-failed',
    `The file is not audio that can be read, or it is damaged${detail ? ` (${detail})` : ''}.`,
  );
}
