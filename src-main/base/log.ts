/** Diagnostics go to stderr, so that stdout stays free for `--json`. */
export interface Log {
  debug(message: string, details?: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export function createLog(lowest: LogLevel, write: (line: string) => void = writeToStderr): Log {
  const logAt =
    (level: LogLevel) =>
    (message: string, details?: object): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
      write(`${level}: ${message}${details ? ` ${JSON.stringify(details)}` : ''}\n`);
    };
  return { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}
