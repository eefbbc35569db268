// Runs in Electron's main process and nowhere else; everything that can be elsewhere is.
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { startShell } from './shell.ts';

await startShell(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    protocol,
    screen,
    session,
    shell,
    utilityProcess,
  },
  // This file is built to `out/main/`.
  { out: fileURLToPath(new URL('..', import.meta.url)), argv: process.argv },
);
