import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MenuItemConstructorOptions, Rectangle } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../app.ts';
import { toPlainError } from '../../base/errors.ts';
import type { ElectronParts } from './electron-parts.ts';
import { startShell } from './shell.ts';
import { readBounds, writeBounds } from './window-bounds.ts';

// There is no Electron here; what the host does with it is seen through stand-ins that record it.

class FakeContents extends EventEmitter {
  sent: unknown[][] = [];
  openHandler: () => { action: string } = () => ({ action: 'allow' });
  send(...values: unknown[]): void {
    this.sent.push(values);
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }
}

class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = [];
  readonly webContents = new FakeContents();
  readonly options: { webPreferences: Record<string, unknown> } & Partial<Rectangle>;
  url = '';
  focused = 0;
  constructor(options: FakeWindow['options']) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
  }
  loadURL(url: string): Promise<void> {
    this.url = url;
    return Promise.resolve();
  }
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => false;
  isDestroyed = (): boolean => false;
  getNormalBounds = (): Rectangle => ({ x: 10, y: 20, width: 900, height: 700 });
  focus(): void {
    this.focused++;
  }
}

class FakeApp extends EventEmitter {
  readonly isPackaged = true;
  sandboxed = false;
  isFirst = true;
  exitCode: number | null = null;
  told: unknown = null;
  requestSingleInstanceLock(words: unknown): boolean {
    this.told = words;
    return this.isFirst;
  }
  enableSandbox(): void {
    this.sandboxed = true;
  }
  whenReady = (): Promise<void> => Promise.resolve();
  quit = (): void => {};
  exit(code: number): void {
    this.exitCode = code;
    this.emit('ended');
  }
}

function fakeElectron() {
  const fake = {
    app: new FakeApp(),
    errors: [] as string[],
    menu: [] as MenuItemConstructorOptions[],
    schemes: [] as { scheme: string }[],
    serve: null as null | ((request: Request) => Promise<Response>),
    permissions: {} as Record<string, (...values: never[]) => unknown>,
    chosen: [] as string[],
    /** Addresses whose proxy was asked for. */
    asked: [] as string[],
  };
  const parts = {
    app: fake.app,
    BrowserWindow: FakeWindow,
    dialog: {
      showErrorBox: (title: string, text: string) => fake.errors.push(`${title}: ${text}`),
      showOpenDialog: () => Promise.resolve({ filePaths: fake.chosen }),
    },
    ipcMain: { handle: () => {} },
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (template: MenuItemConstructorOptions[]) => (fake.menu = template),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: { scheme: string }[]) => (fake.schemes = schemes),
      handle: (_scheme: string, serve: typeof fake.serve) => (fake.serve = serve),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1600, height: 1000 } }] },
    session: {
      defaultSession: {
        ...Object.fromEntries(
          ['PermissionRequest', 'PermissionCheck', 'DevicePermission'].map((kind) => [
            `set${kind}Handler`,
            (handler: () => unknown) => (fake.permissions[kind] = handler),
          ]),
        ),
        resolveProxy: (url: string) => {
          fake.asked.push(url);
          return Promise.resolve('PROXY 127.0.0.1:1'); // Nobody listens there.
        },
      },
    },
    shell: { showItemInFolder: () => {} },
    utilityProcess: {
      fork: () => Object.assign(new EventEmitter(), { postMessage: () => {}, kill: () => true }),
    },
  };
  return { fake, parts: parts as unknown as ElectronParts };
}

let folder: string;
let out: string;
let app: App | null = null;
const dataBefore = process.env.EARSHOT_DATA;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-shell-'));
  process.env.EARSHOT_DATA = join(folder, 'data');
  out = join(folder, 'out');
  mkdirSync(join(out, 'renderer'), { recursive: true });
  writeFileSync(join(out, 'renderer', 'index.html'), '<title>Earshot</title>');
  FakeWindow.all = [];
});
afterEach(async () => {
  await app?.close();
  app = null;
  if (dataBefore === undefined) delete process.env.EARSHOT_DATA;
  else process.env.EARSHOT_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
});

test('the window is shut in: sandbox, isolation, no way out, no permission', async () => {
  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  expect(fake.app.sandboxed).toBe(true);
  const [window] = FakeWindow.all;
  expect(window.url).toBe('earshot://app/index.html');
  expect(window.options.webPreferences).toMatchObject({
    preload: join(out, 'preload', 'index.cjs'),
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  expect(window.webContents.openHandler()).toEqual({ action: 'deny' });
  for (const way of [
    'will-navigate',
    'will-frame-navigate',
    'will-redirect',
    'will-attach-webview',
  ]) {
    let isPrevented = false;
    window.webContents.emit(way, { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  }
  const answers: boolean[] = [];
  fake.permissions.PermissionRequest(
    null as never,
    'media' as never,
    ((answer: boolean) => answers.push(answer)) as never,
  );
  expect(answers).toEqual([false]);
  expect(fake.permissions.PermissionCheck()).toBe(false);
  expect(fake.permissions.DevicePermission()).toBe(false);
});

test('the page and its files come from the built window only, with the policy', async () => {
  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  const get = (url: string): Promise<Response> => fake.serve!(new Request(url));
  expect(fake.schemes.map(({ scheme }) => scheme)).toEqual(['earshot']);
  const page = await get('earshot://app/index.html');
  expect(await page.text()).toContain('Earshot');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await get('earshot://app/..%2f..%2fdata/library.db')).status).toBe(404);
  expect((await get('earshot://elsewhere/index.html')).status).toBe(404);
  expect((await get('earshot://app/bytes/audio/1')).status).toBe(404);
});

test('a second start hands its folders over and ends', async () => {
  const music = join(folder, 'music');
  mkdirSync(music);
  const second = fakeElectron();
  second.fake.app.isFirst = false;
  const argv = ['earshot', '--some-switch', music];
  expect(await startShell(second.parts, { out, argv })).toBeNull();
  expect(second.fake.app.exitCode).toBe(0);
  expect(second.fake.app.told).toEqual({ folders: [music], demo: false });

  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  const added = new Promise((resolve) => app!.events.on('library.foldersChanged', resolve));
  fake.app.emit('second-instance', {}, [], '/', second.fake.app.told);
  await added;
  expect(await app!.calls['library.listFolders']({})).toMatchObject([{ path: music }]);
  expect(FakeWindow.all.length).toBe(1);
  expect(FakeWindow.all[0].focused).toBe(2);
  expect(FakeWindow.all[0].webContents.sent[0].slice(0, 2)).toEqual([
    'earshot:event',
    'library.foldersChanged',
  ]);
});

test('the menu adds a folder by the dialog', async () => {
  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  const items = fake.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const item = items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+O')!;
  fake.chosen = [out];
  const added = new Promise((resolve) => app!.events.on('library.foldersChanged', resolve));
  (item.click as unknown as () => void)();
  await added;
  expect(items.some(({ role }) => role === 'toggleDevTools')).toBe(false); // It is packaged.
});

test('downloads ask the system for its proxy', async () => {
  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  const install = app!.models.install('musicnn-msd').catch(toPlainError);
  while (fake.asked.length === 0) await sleep(5);
  await app!.calls['models.cancel']({ id: 'musicnn-msd' });
  expect(await install).toMatchObject({ code: 'cancelled' });
  const [url] = fake.asked;
  expect(url).toMatch(/^https:\/\//);
});

test('a library that cannot be opened is told, and the program ends', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'library.db'), 'no database '.repeat(500));
  const { fake, parts } = fakeElectron();
  expect(await startShell(parts, { out, argv: ['earshot'] })).toBeNull();
  expect(fake.errors[0]).toMatch(/^Earshot cannot start: The file .* is not a library database/);
  expect(fake.app.exitCode).toBe(1);
});

test('the window comes back where it was, and the program ends only when all is closed', async () => {
  const { fake, parts } = fakeElectron();
  app = await startShell(parts, { out, argv: ['earshot'] });
  FakeWindow.all[0].emit('close');
  FakeWindow.all[0].emit('closed');
  fake.app.emit('activate');
  expect(FakeWindow.all[1].options).toMatchObject({ x: 10, y: 20, width: 900, height: 700 });
  let isPrevented = false;
  const ended = new Promise((resolve) => fake.app.once('ended', resolve));
  fake.app.emit('will-quit', { preventDefault: () => (isPrevented = true) });
  await ended;
  expect([isPrevented, fake.app.exitCode]).toEqual([true, 0]);
  app = null;
});

test('a place on a display that is gone, or nonsense, is forgotten', () => {
  const file = join(folder, 'window.json');
  const display = { x: 0, y: 0, width: 1600, height: 1000 };
  const bounds = { x: 1700, y: 50, width: 800, height: 600, isMaximized: false };
  writeBounds(file, bounds);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(bounds);
  expect(readBounds(file, [display])).toBeNull();
  expect(readBounds(file, [display, { ...display, x: 1600 }])).toEqual(bounds);
  for (const text of ['', '{}', '{"x":1e99}', '[]']) {
    writeFileSync(file, text);
    expect(readBounds(file, [display])).toBeNull();
  }
});
