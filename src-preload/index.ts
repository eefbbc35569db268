import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { CallReply, EarshotBridge } from '../src-main/hosts/bridge-contract.ts';

/** Passed by the main process, so that nothing has to be asked before the window is drawn. */
const CAPABILITIES = '--earshot-capabilities=';
const capabilities = JSON.parse(
  process.argv.find((argument) => argument.startsWith(CAPABILITIES))!.slice(CAPABILITIES.length),
) as EarshotBridge['capabilities'];

const bridge: EarshotBridge = {
  capabilities,
  call: (name, input) => ipcRenderer.invoke('earshot:call', name, input) as Promise<CallReply>,
  subscribe: (listener) => {
    const hear = (_event: unknown, name: string, payload: unknown): void => listener(name, payload);
    ipcRenderer.on('earshot:event', hear);
    return () => void ipcRenderer.removeListener('earshot:event', hear);
  },
  bytesUrl: (path) => `earshot://app/bytes/${path}`,
  addDropped: (files) =>
    ipcRenderer.invoke(
      'earshot:add-dropped',
      files.map((file) => webUtils.getPathForFile(file)),
    ) as Promise<CallReply>,
};

contextBridge.exposeInMainWorld('earshot', bridge);
