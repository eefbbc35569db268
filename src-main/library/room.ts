import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import type { WritableDb } from '../database/room.ts';
import { readArtwork } from './artwork.ts';
import { PlaceBrowser } from './browse.ts';
import type { libraryCalls, LibraryEvents, LibraryFolder, TrackRow } from './contract.ts';
import {
  absorbFolder,
  deleteFolder,
  folderById,
  insertFolder,
  listFolders,
  setFolderState,
  storedFolders,
} from './folder-table.ts';
import type { StoredFolder } from './folder-table.ts';
import { scanFolder } from './scan.ts';
import type { Picture } from './tags.ts';
import { listIds, listTracks, trackDetails, trackRows } from './track-query.ts';
import {
  artworkHashOf,
  countTracks,
  locationOf,
  mergeInto,
  missingTwin,
  removeMissing,
  setExcluded,
} from './track-table.ts';
import { joinPath } from './walk.ts';
import { FolderWatcher } from './watch.ts';

export interface LibraryDeps {
  db: WritableDb;
  host: Host;
  settings: { watchFolders(): boolean };
  /** Fills a folder with music of the program's own. */
  makeDemo(folder: string): Promise<void>;
}

/** Which music files exist. */
export interface Library {
  calls: Handlers<typeof libraryCalls>;
  events: Emitter<LibraryEvents>;
  /** Adds a folder and begins to scan it. @throws AppError where it is no readable folder */
  addFolder(path: string | Buffer): Promise<LibraryFolder>;
  addDemo(): Promise<LibraryFolder>;
  scanAll(): Promise<void>;
  /** Settles when no scan is waiting or running. */
  whenScanned(): Promise<void>;
  /** Absolute path as bytes; null where the file is missing, away or unknown. */
  filePathOf(trackId: number): Buffer | null;
  trackRows(ids: number[]): TrackRow[];
  artworkOf(trackId: number): Promise<Picture | null>;
  /** A new file proved to be a track that was missing: the old one lives on under the new path. */
  adoptMoved(trackId: number, recordingId: number): void;
  applySettings(): void;
  close(): Promise<void>;
}

export function createLibrary({ db, host, settings, makeDemo }: LibraryDeps): Library {
  const events = new Emitter<LibraryEvents>();
  const browser = new PlaceBrowser();
  const queue: number[] = [];
  let scanning: Promise<void> | null = null;
  let isClosed = false;
  const watcher = new FolderWatcher(enqueue, () => void checkRoots());

  const announceFolders = (): void =>
    events.emit('library.foldersChanged', { folders: listFolders(db) });
  const announceTracks = (): void => events.emit('library.changed', { tracks: countTracks(db) });

  function enqueue(folderId: number): void {
    if (!queue.includes(folderId)) queue.push(folderId);
    scanning ??= scanQueue().finally(() => (scanning = null));
  }

  async function scanQueue(): Promise<void> {
    while (queue.length > 0 && !isClosed) {
      const folder = folderById(db, queue.shift()!);
      if (folder) await scan(folder);
    }
  }

  async function scan(folder: StoredFolder): Promise<void> {
    const report = (
      state: 'scanning' | 'done' | 'away' | 'failed',
      [filesSeen, filesRead]: [number, number] = [0, 0],
      message: string | null = null,
    ): void =>
      events.emit('library.scanProgressed', {
        folderId: folder.id,
        state,
        filesSeen,
        filesRead,
        message,
      });
    report('scanning');
    try {
      const outcome = await scanFolder(db, folder, {
        onProgress: (seen, read) => report('scanning', [seen, read]),
        onStored: announceTracks,
        isStopped: () => isClosed || folderById(db, folder.id) === null,
      });
      if (outcome.looksUnplugged) {
        setFolderState(db, folder.id, 'away');
        report(
          'away',
          [0, 0],
          'The folder is empty now; its drive may be unplugged. Its tracks are kept.',
        );
      } else {
        report('done', [outcome.filesSeen, outcome.filesRead]);
      }
      if (outcome.changed || outcome.looksUnplugged || folder.state !== 'present') announceTracks();
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      if (code === 'file-missing' || code === 'file-unreadable') {
        setFolderState(db, folder.id, code === 'file-missing' ? 'away' : 'unreadable');
        const words = code === 'file-missing' ? 'is not there' : 'cannot be read';
        report('away', [0, 0], `The folder ${words}. Its tracks are kept until it is back.`);
        announceTracks();
      } else {
        report('failed', [0, 0], message);
        host.log.error('scan failed', { folderId: folder.id, message });
      }
    }
    announceFolders();
  }

  /** A drive that was pulled or plugged in shows within half a minute. */
  async function checkRoots(): Promise<void> {
    for (const { id, path, state } of storedFolders(db)) {
      const isThere = await stat(path).then(
        (status) => status.isDirectory(),
        () => false,
      );
      if (isThere !== (state === 'present') && !isClosed) enqueue(id);
    }
  }

  function follow(): void {
    watcher.follow(settings.watchFolders() ? storedFolders(db) : []);
  }

  async function addFolder(path: string | Buffer): Promise<LibraryFolder> {
    const root = await resolveFolder(path);
    const all = storedFolders(db);
    const outer = all.find((folder) => root.equals(folder.path) || isInside(root, folder.path));
    const id = outer?.id ?? addRoot(root, all);
    enqueue(id);
    follow();
    announceFolders();
    return listFolders(db).find((folder) => folder.id === id)!;
  }

  function addRoot(root: Buffer, all: StoredFolder[]): number {
    return db.transaction(() => {
      const id = insertFolder(db, root);
      for (const inner of all.filter(({ path }) => isInside(path, root))) {
        absorbFolder(db, id, inner, root);
      }
      return id;
    })();
  }

  async function addDemo(): Promise<LibraryFolder> {
    const folder = join(host.paths.data, 'demo');
    await makeDemo(folder);
    return addFolder(folder);
  }

  function filePathOf(trackId: number): Buffer | null {
    const location = locationOf(db, trackId);
    if (!location || location.status === 'missing' || location.state !== 'present') return null;
    return joinPath(location.root, location.path);
  }

  async function scanAll(): Promise<void> {
    for (const { id } of storedFolders(db)) enqueue(id);
    follow();
    await whenScanned();
  }

  async function whenScanned(): Promise<void> {
    while (scanning) await scanning;
  }

  return {
    events,
    addFolder,
    addDemo,
    scanAll,
    whenScanned,
    filePathOf,
    trackRows: (ids) => trackRows(db, ids),
    artworkOf: async (trackId) => {
      const path = artworkHashOf(db, trackId) === null ? null : filePathOf(trackId);
      return path && readArtwork(path);
    },
    adoptMoved: (trackId, recordingId) => {
      const olderId = missingTwin(db, trackId, recordingId);
      if (olderId !== null) mergeInto(db, olderId, trackId);
    },
    applySettings: follow,
    close: async () => {
      isClosed = true;
      await watcher.close();
      await whenScanned();
    },
    calls: {
      'library.listFolders': () => listFolders(db),
      'library.pickFolder': async () => {
        const path = await host.pickFolder?.();
        return path ? addFolder(path) : null;
      },
      'library.browse': ({ placeId }) => browser.list(placeId),
      'library.addPlace': async ({ placeId }) => addFolder(browser.pathOf(placeId)),
      'library.addDemo': addDemo,
      'library.removeFolder': ({ folderId }) => {
        deleteFolder(db, folderId);
        follow();
        announceFolders();
        announceTracks();
      },
      'library.rescan': ({ folderId }) => {
        const ids = storedFolders(db).map(({ id }) => id);
        for (const id of ids.filter((each) => (folderId ?? each) === each)) enqueue(id);
      },
      'library.listTracks': (query) => listTracks(db, query),
      'library.positionOfTrack': (query) => listIds(db, query).indexOf(query.trackId),
      'library.getTracks': ({ ids }) => trackRows(db, ids),
      'library.getTrack': ({ id }) => {
        const details = trackDetails(db, id);
        if (!details) throw new AppError('not-found', 'The track is no longer in the library.');
        return details;
      },
      'library.removeMissing': ({ ids }) => {
        const removed = removeMissing(db, ids);
        if (removed > 0) announceTracks();
        return { removed };
      },
      'library.setExcluded': ({ ids, excluded }) => {
        setExcluded(db, ids, excluded);
        announceTracks();
      },
      'library.revealTrack': ({ id }) => {
        const path = filePathOf(id);
        if (!path) throw new AppError('file-missing', 'The file is not there at the moment.');
        host.revealFile?.(path.toString('utf8'));
      },
    },
  };
}

async function resolveFolder(path: string | Buffer): Promise<Buffer> {
  try {
    const root = await realpath(path, { encoding: 'buffer' });
    if ((await stat(root)).isDirectory()) return root;
  } catch {
    // Said below, in words.
  }
  throw new AppError('bad-input', `There is no folder at ${path.toString('utf8')}.`);
}

function isInside(inner: Buffer, outer: Buffer): boolean {
  const prefix = outer.at(-1) === 0x2f ? outer : Buffer.concat([outer, Buffer.from('/')]);
  return inner.length > prefix.length && inner.subarray(0, prefix.length).equals(prefix);
}
