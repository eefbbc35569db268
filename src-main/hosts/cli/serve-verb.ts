import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, toPlainError } from '../../base/errors.ts';
import { startWebHost } from '../web/web-host.ts';
import type { Command } from './command.ts';
import { numberOption, UsageError } from './command.ts';
import { rendererFolder } from './node-host.ts';

/** `serve`: the program in a browser, until it is interrupted. */
export async function serveVerb({ words, options, print, openApp }: Command): Promise<number> {
  const port = numberOption(options, 'port') ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError('--port is a number from 0 to 65535; 0 takes any that is free.');
  }
  const renderer = rendererFolder();
  if (!existsSync(join(renderer, 'index.html'))) {
    const advice = 'The window is not built yet. Run `npm start` or `npm run build`.';
    throw new AppError('unavailable', advice);
  }
  const stopped = interrupted();
  const app = openApp();
  try {
    const host = await startWebHost(app, { port, renderer });
    print({ url: host.url }, [`Earshot is at ${host.url}`]);
    // A fault in one part of the work must not take the window away from its user.
    process.on('unhandledRejection', (reason) =>
      app.log.error('A part of Earshot failed.', { message: toPlainError(reason).message }),
    );
    app.start();
    void app.openFolders(words, { demo: options.demo === true });
    if (options.open) openInBrowser(host.url);
    await stopped;
    await host.close();
  } finally {
    await app.close();
  }
  return 0;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** Where there is no desktop the printed address must do. */
function openInBrowser(url: string): void {
  const [program, ...args] = {
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
    darwin: ['open'],
  }[process.platform as string] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
