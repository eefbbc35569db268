import type { IpcMain } from 'electron';
import type { App } from '../../app.ts';
import { AppError, toPlainError } from '../../base/errors.ts';
import type { CallReply } from '../bridge-contract.ts';
import { dispatch } from '../dispatch.ts';
import { isOurPage } from './window-security.ts';

const MAX_DROPPED = 1000;

/** Answers the preload; anybody else is refused. */
export function serveBridge(ipcMain: Pick<IpcMain, 'handle'>, app: App): void {
  ipcMain.handle('earshot:call', ({ senderFrame }, name: unknown, input: unknown) => {
    if (!isOurPage(senderFrame)) throw new Error('Only the page of Earshot may call.');
    return dispatch(app, String(name), input);
  });
  ipcMain.handle('earshot:add-dropped', ({ senderFrame }, paths: unknown) => {
    if (!isOurPage(senderFrame)) throw new Error('Only the page of Earshot may call.');
    return addDropped(app, paths);
  });
}

/** Paths as the preload got them from the system, for what was dropped; the page never sees them. */
async function addDropped(app: App, paths: unknown): Promise<CallReply> {
  try {
    if (!Array.isArray(paths) || paths.length > MAX_DROPPED) {
      throw new AppError('bad-input', 'Drop folders.');
    }
    for (const path of paths) await app.library.addFolder(String(path));
    return { ok: true, value: null };
  } catch (thrown) {
    return { ok: false, error: toPlainError(thrown) };
  }
}
