import { join, resolve } from 'node:path';
import { createApp } from '../../app.ts';
import type { App } from '../../app.ts';
import { toPlainError } from '../../base/errors.ts';
import type { Host } from '../../base/host.ts';
import { createLog } from '../../base/log.ts';
import { shippedFile } from '../../base/shipped-files.ts';
import { defaultDataFolder } from '../cli/node-host.ts';
import { serveBridge } from './bridge.ts';
import type { ElectronParts } from './electron-parts.ts';
import { forkElectronWorker } from './electron-workers.ts';
import { applicationMenu } from './menu.ts';
import { serveProtocol } from './serve-protocol.ts';
import { MainWindow } from './window.ts';
import { denyPermissions } from './window-security.ts';

/** What was said on the command line; also what a second start tells the first. */
interface Words {
  /** Absolute. */
  folders: string[];
  demo: boolean;
}

export interface ShellOptions {
  /** Absolute folder of the built program. */
  out: string;
  argv: string[];
}

/**
 * The program in a window of its own. A second start hands its folders to the first and ends; a library that
 * cannot be opened is told in a dialog. Answers null in both cases.
 */
export async function startShell(
  parts: ElectronParts,
  { out, argv }: ShellOptions,
): Promise<App | null> {
  const { app: electron, dialog } = parts;
  const words = wordsOf(argv, electron.isPackaged);
  if (!electron.requestSingleInstanceLock(words)) {
    electron.exit(0);
    return null;
  }
  electron.enableSandbox();
  parts.protocol.registerSchemesAsPrivileged([
    {
      scheme: 'earshot',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
    },
  ]);
  await electron.whenReady();
  try {
    return openApp(parts, out, words);
  } catch (thrown) {
    dialog.showErrorBox('Earshot cannot start', toPlainError(thrown).message);
    electron.exit(1);
    return null;
  }
}

function openApp(parts: ElectronParts, out: string, words: Words): App {
  const { app: electron, ipcMain, Menu, protocol, session } = parts;
  const host = createElectronHost(parts);
  const app = createApp(host);
  const window = new MainWindow(parts, {
    preload: join(out, 'preload', 'index.cjs'),
    capabilities: host.capabilities,
    boundsFile: join(host.paths.data, 'window.json'),
    onClosed: () => void app.calls['playback.setPlaying']({ playing: false }),
  });
  denyPermissions(session.defaultSession);
  protocol.handle('earshot', (request) => serveProtocol(app, join(out, 'renderer'), request));
  serveBridge(ipcMain, app);
  app.events.onAny((name, payload) => window.send('earshot:event', name, payload));
  const pickFolder = (): void =>
    void Promise.resolve(app.calls['library.pickFolder']({})).catch(() => {});
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(applicationMenu({ pickFolder, isPackaged: electron.isPackaged })),
  );

  electron.on('second-instance', (_event, _argv, _folder, told) => {
    const { folders, demo } = told as Words;
    window.show();
    void app.openFolders(folders, { demo });
  });
  electron.on('activate', () => window.show());
  electron.on('window-all-closed', () => {
    if (process.platform !== 'darwin') electron.quit();
  });
  electron.on('will-quit', (event) => {
    event.preventDefault();
    void app.close().finally(() => electron.exit(0));
  });

  window.show();
  app.start();
  void app.openFolders(words.folders, { demo: words.demo });
  return app;
}

function createElectronHost({ dialog, session, shell, utilityProcess }: ElectronParts): Host {
  return {
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
    proxiesFor: (url) => session.defaultSession.resolveProxy(url),
    revealFile: (path) => shell.showItemInFolder(path),
  };
}

/** Without the program's own name, the folder that Electron was pointed at, and Chromium's switches. */
function wordsOf(argv: string[], isPackaged: boolean): Words {
  const given = argv.slice(1).filter((word) => !word.startsWith('-'));
  return {
    folders: given.slice(isPackaged ? 0 : 1).map((folder) => resolve(folder)),
    demo: argv.includes('--demo'),
  };
}
