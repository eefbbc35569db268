import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { startWebHost } from '../web/web-host.ts';
import type { Command } from './command.ts';
import { numberOption } from './command.ts';
import { rendererFolder } from './node-host.ts';

/** `serve`: the program in a browser, until it is interrupted. */
export async function serveVerb({ words, options, print, openApp }: Command): Promise<number> {
  const renderer = rendererFolder();
  if (!existsSync(join(renderer, 'index.html'))) {
    throw new AppError(
      'unavailable',
      'The window is not built yet. Run `npm start` or `npm run build`.',
    );
  }
  const app = openApp();
  try {
    const host = await startWebHost(app, { port: numberOption(options, 'port', 0), renderer });
    print({ url: host.url }, [`Earshot is at ${host.url}`]);
    app.start();
    const adding = (async () => {
      for (const folder of words) await app.library.addFolder(resolve(folder));
      if (options.demo) await app.library.addDemo();
    })();
    adding.catch((thrown: Error) => process.stderr.write(`${thrown.message}\n`));
    if (options.open) openInBrowser(host.url);
    await interrupted();
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
