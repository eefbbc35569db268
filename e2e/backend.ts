import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Earshot with a window in front of it. */
export interface RunningEarshot {
  page: Page;
  /** The address of the web host; null in Electron. */
  url: string | null;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Folder of the library. */
  data: string;
  /** Folders on the command line. */
  folders?: string[];
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
}

/** Electron where its program is there and a display is, else the web host with a browser. */
export function start(options: StartOptions): Promise<RunningEarshot> {
  return electronProgram() && process.env.DISPLAY ? startElectron(options) : startWeb(options);
}

function electronProgram(): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(program) ? program : null;
}

async function startElectron({
  data,
  folders = [],
  colorScheme,
}: StartOptions): Promise<RunningEarshot> {
  const app = await _electron.launch({
    executablePath: electronProgram()!,
    args: [root, ...SANDBOX_ARGS, ...folders],
    env: { ...(process.env as Record<string, string>), EARSHOT_DATA: data },
    colorScheme: colorScheme ?? 'light',
  });
  return { page: await app.firstWindow(), url: null, close: () => app.close() };
}

/** Chromium, Electron's too, has no sandbox for root. */
const SANDBOX_ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const BROWSER_ARGS = [
  '--autoplay-policy=no-user-gesture-required',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

async function startWeb(options: StartOptions): Promise<RunningEarshot> {
  const {
    data,
    folders = [],
    colorScheme = 'light',
    viewport = { width: 1280, height: 800 },
  } = options;
  const program = join(root, 'out', 'main', 'cli.js');
  const server = spawn(process.execPath, [program, 'serve', '--library', data, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(server);
  const browser = await launchBrowser();
  const context = await browser.newContext({ colorScheme, viewport });
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    url,
    close: async () => {
      await browser.close();
      server.kill('SIGTERM');
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    },
  };
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.EARSHOT_BROWSER ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...BROWSER_ARGS, ...SANDBOX_ARGS] });
}

/** The program prints its address when it is ready. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout!.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const address = /http:\/\/\S+/.exec(text);
      if (address) resolve(address[0]);
    });
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${text}`)));
  });
}
