import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../base/host.ts';
import type { Log } from '../../base/log.ts';
import { shippedFile } from '../../base/shipped-files.ts';
import { forkNodeWorker } from '../node-workers.ts';

/** Where the library lives unless somebody says otherwise; Electron's host uses the same. */
export function defaultDataFolder(): string {
  if (process.env.EARSHOT_DATA) return process.env.EARSHOT_DATA;
  if (process.platform === 'win32') {
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Earshot');
  }
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Earshot');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'earshot');
}

/** The window as it was built. */
export const rendererFolder = (): string => shippedFile('out/renderer');

/** Plain Node, with or without a browser in front of it. */
export function createNodeHost(data: string, log: Log): Host {
  return {
    capabilities: { pickFolder: false, dropFolder: false, browseFolders: true, revealFile: false },
    paths: { data, resources: shippedFile('resources'), models: shippedFile('models') },
    log,
    forkWorker: forkNodeWorker,
  };
}
