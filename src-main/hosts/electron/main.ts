// Runs in Electron's main process and nowhere else; everything that can be elsewhere is.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app as electron,
  BrowserWindow,
  dialog,
  ipcMain,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { createApp } from '../../app.ts';
import { toPlainError } from '../../base/errors.ts';
import type { Host } from '../../base/host.ts';
import { createLog } from '../../base/log.ts';
import { shippedFile } from '../../base/shipped-files.ts';
import type { CallReply } from '../bridge-contract.ts';
import { defaultDataFolder } from '../cli/node-host.ts';
import { dispatch } from '../dispatch.ts';
import { forkElectronWorker } from './electron-workers.ts';
import { serveProtocol } from './serve-protocol.ts';
import { denyPermissions, isOurPage, lockDown, ORIGIN } from './window-security.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

if (!electron.requestSingleInstanceLock()) electron.quit();
protocol.registerSchemesAsPrivileged([
  {
    scheme: 'earshot',
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  },
]);

let window: BrowserWindow | null = null;

const host: Host = {
  capabilities: { pickFolder: true, dropFolder: true, browseFolders: false, revealFile: true },
  paths: {
    data: defaultDataFolder(),
    resources: shippedFile('resources'),
    models: shippedFile('models'),
  },
  log: createLog('info'),
  forkWorker: forkElectronWorker(utilityProcess),
  pickFolder: async () => {
    const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  },
  revealFile: (path) => shell.showItemInFolder(path),
};

await electron.whenReady();
const app = createApp(host);
const renderer = join(root, 'out', 'renderer');
denyPermissions(session.defaultSession);
protocol.handle('earshot', (request) => serveProtocol(app, renderer, request));

ipcMain.handle('earshot:call', ({ senderFrame }, name: string, input: unknown) => {
  if (!isOurPage(senderFrame)) throw new Error('not our page');
  return dispatch(app, name, input);
});
ipcMain.handle(
  'earshot:add-dropped',
  async ({ senderFrame }, paths: unknown): Promise<CallReply> => {
    if (!isOurPage(senderFrame) || !Array.isArray(paths)) throw new Error('not our page');
    try {
      for (const path of paths) await app.library.addFolder(String(path));
      return { ok: true, value: null };
    } catch (thrown) {
      return { ok: false, error: toPlainError(thrown) };
    }
  },
);
app.events.onAny((name, payload) => window?.webContents.send('earshot:event', name, payload));

function openWindow(): void {
  window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 400,
    minHeight: 400,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(root, 'out', 'preload', 'index.cjs'),
      additionalArguments: [`--earshot-capabilities=${JSON.stringify(host.capabilities)}`],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  lockDown(window.webContents);
  window.on('closed', () => (window = null));
  void window.loadURL(`${ORIGIN}/index.html`);
}

openWindow();
app.start();
for (const word of process.argv.slice(electron.isPackaged ? 1 : 2)) {
  if (word === '--demo') void app.library.addDemo();
  else if (!word.startsWith('-')) void app.library.addFolder(resolve(word)).catch(() => {});
}
electron.on('second-instance', () => window?.focus());
electron.on('activate', () => {
  if (!window) openWindow();
});
electron.on('window-all-closed', () => electron.quit());
electron.on('will-quit', (event) => {
  event.preventDefault();
  void app.close().finally(() => electron.exit(0));
});
