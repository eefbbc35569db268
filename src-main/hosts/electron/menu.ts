import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  pickFolder(): void;
  isPackaged: boolean;
}

/** The menu bar; what it offers beyond editing and zooming is in the window too. */
export function applicationMenu({
  pickFolder,
  isPackaged,
}: MenuActions): MenuItemConstructorOptions[] {
  const isMac = process.platform === 'darwin';
  const developers: MenuItemConstructorOptions[] = isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File',
      submenu: [
        { label: '&Add Music Folder…', accelerator: 'CmdOrCtrl+O', click: pickFolder },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...developers,
      ],
    },
    { role: 'windowMenu' },
  ];
}
