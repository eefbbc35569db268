import type { BrowserWindow } from 'electron';
import type { Capabilities } from '../../base/host.ts';
import type { ElectronParts } from './electron-parts.ts';
import { readBounds, writeBounds } from './window-bounds.ts';
import { lockDown, ORIGIN } from './window-security.ts';

export interface WindowOptions {
  preload: string;
  capabilities: Capabilities;
  /** Where the window's place on the screen is kept. */
  boundsFile: string;
  onClosed(): void;
}

/** The one window; it may be closed and shown anew. */
export class MainWindow {
  readonly #parts: Pick<ElectronParts, 'BrowserWindow' | 'screen'>;
  readonly #options: WindowOptions;
  #window: BrowserWindow | null = null;

  constructor(parts: Pick<ElectronParts, 'BrowserWindow' | 'screen'>, options: WindowOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  show(): void {
    const window = (this.#window ??= this.#open());
    if (window.isMinimized()) window.restore();
    window.focus();
  }

  send(channel: string, ...values: unknown[]): void {
    if (this.#window && !this.#window.isDestroyed())
      this.#window.webContents.send(channel, ...values);
  }

  #open(): BrowserWindow {
    const { preload, capabilities, boundsFile, onClosed } = this.#options;
    const displays = this.#parts.screen.getAllDisplays().map(({ workArea }) => workArea);
    const { isMaximized, ...bounds } = readBounds(boundsFile, displays) ?? {
      width: 1280,
      height: 800,
      isMaximized: false,
    };
    const window = new this.#parts.BrowserWindow({
      ...bounds,
      minWidth: 400,
      minHeight: 400,
      title: 'Earshot',
      autoHideMenuBar: true,
      webPreferences: {
        preload,
        additionalArguments: [`--earshot-capabilities=${JSON.stringify(capabilities)}`],
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
      },
    });
    if (isMaximized) window.maximize();
    lockDown(window.webContents);
    window.on('close', () =>
      writeBounds(boundsFile, {
        ...window.getNormalBounds(),
        isMaximized: window.isMaximized(),
      }),
    );
    window.on('closed', () => {
      this.#window = null;
      onClosed();
    });
    void window.loadURL(`${ORIGIN}/index.html`);
    return window;
  }
}
