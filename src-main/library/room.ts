import { realpath, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import type { WritableDb } from '../database/room.ts';
import { ArtworkStore } from './artwork.ts';
import type { ArtworkDeps, Picture, PictureSize } from './artwork.ts';
import { PlaceBrowser } from './browse.ts';
import type { libraryCalls, LibraryEvents, LibraryFolder, TrackRow } from './contract.ts';
import {
  absorbFolder,
  deleteFolder,
  insertFolder,
  listFolders,
  storedFolders,
} from './folder-table.ts';
import type { StoredFolder } from './folder-table.ts';
import { OrderedIds } from './ordered-ids.ts';
import { isHidden, joinPath, pathInside } from './paths.ts';
import { ScanQueue } from './scan-queue.ts';
import { TagReader } from './tag-reader.ts';
import { listTracks, trackDetails, trackRows } from './track-query.ts';
import {
  artworkHashOf,
  countTracks,
  locationOf,
  mergeInto,
  missingTwin,
  removeMissing,
  setExcluded,
} from './track-table.ts';
import { FolderWatcher } from './watch.ts';

export { trackAtPath } from './find-track.ts';
export { recordingsOfTracks } from './track-table.ts';

export interface LibraryDeps {
  db: WritableDb;
  host: Host;
  settings: { watchFolders(): boolean };
  /** Fills a folder with music of the program's own. */
  makeDemo(folder: string, onTrack: (made: number, total: number) => void): Promise<void>;
  /** Without it pictures are served as large as they are. */
  shrinkPicture?: ArtworkDeps['shrinkPicture'];
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
  artworkOf(trackId: number, size?: PictureSize): Promise<Picture | null>;
  /** A new file proved to be a track that was missing: the old one lives on under the new path. */
  adoptMoved(trackId: number, recordingId: number): void;
  applySettings(): void;
  close(): Promise<void>;
}

export function createLibrary(deps: LibraryDeps): Library {
  const { db, host, settings, makeDemo } = deps;
  const events = new Emitter<LibraryEvents>();
  const order = new OrderedIds(db);
  for (const name of ['library.changed', 'library.foldersChanged'] as const) {
    events.on(name, () => order.forget());
  }
  const browser = new PlaceBrowser();
  const tagReader = new TagReader(() => host.forkWorker('tags'), host.log);
  const watcher = new FolderWatcher(
    (folderId) => queue.add(folderId),
    () => void queue.checkRoots(),
    host.log,
  );
  watcher.setEnabled(settings.watchFolders());
  const queue = new ScanQueue({
    db,
    log: host.log,
    events,
    readTags: (files) => tagReader.readTags(files),
    onScanned: (folderId, folders, milliseconds) => watcher.follow(folderId, folders, milliseconds),
  });
  const artwork = new ArtworkStore({
    folder: join(host.paths.data, 'artwork'),
    readPicture: (path) => tagReader.readPicture(path),
    shrinkPicture: deps.shrinkPicture ?? (() => Promise.resolve(null)),
  });
  const announceFolders = (): void =>
    events.emit('library.foldersChanged', { folders: listFolders(db) });
  const announceTracks = (): void => events.emit('library.changed', { tracks: countTracks(db) });

  async function addFolder(path: string | Buffer): Promise<LibraryFolder> {
    const id = findOrAddRoot(db, await resolveFolder(path));
    watcher.keepOnly(storedFolders(db).map((folder) => folder.id));
    queue.add(id);
    announceFolders();
    return listFolders(db).find((folder) => folder.id === id)!;
  }

  async function addDemo(): Promise<LibraryFolder> {
    const folder = join(host.paths.data, 'demo');
    await makeDemo(folder, (made, total) => events.emit('library.demoProgressed', { made, total }));
    return addFolder(folder);
  }

  function filePathOf(trackId: number): Buffer | null {
    const location = locationOf(db, trackId);
    if (!location || location.status === 'missing' || location.state !== 'present') return null;
    return joinPath(location.root, location.path);
  }

  function rescan(folderId?: number): void {
    for (const { id } of storedFolders(db)) if ((folderId ?? id) === id) queue.add(id);
  }

  return {
    events,
    addFolder,
    addDemo,
    scanAll: async () => {
      rescan();
      await queue.whenDone();
    },
    whenScanned: () => queue.whenDone(),
    filePathOf,
    trackRows: (ids) => trackRows(db, ids),
    artworkOf: async (trackId, size = 'full') => {
      const hash = artworkHashOf(db, trackId);
      return hash === null ? null : artwork.find(hash, filePathOf(trackId), size);
    },
    adoptMoved: (trackId, recordingId) => {
      const olderId = missingTwin(db, trackId, recordingId);
      if (olderId === null) return;
      mergeInto(db, olderId, trackId);
      order.forget();
    },
    applySettings: () => watcher.setEnabled(settings.watchFolders()),
    close: async () => {
      watcher.close();
      const ended = queue.close();
      tagReader.close();
      await ended;
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
        watcher.keepOnly(storedFolders(db).map(({ id }) => id));
        announceFolders();
        announceTracks();
      },
      'library.rescan': ({ folderId }) => rescan(folderId),
      'library.listTracks': (query) => listTracks(db, order, query),
      'library.listIds': ({ offset, limit, ...query }) => [
        ...order.of(query).subarray(offset, limit && offset + limit),
      ],
      'library.positionOfTrack': (query) => order.of(query).indexOf(query.trackId),
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
        host.revealFile?.(normalize(path.toString('utf8')));
      },
    },
  };
}

/**
 * The folder that holds this one already, or a new one, which takes in those inside it. Hidden folders are
 * not walked from above, so they stand for themselves.
 */
function findOrAddRoot(db: WritableDb, root: Buffer): number {
  const holds = (outer: Buffer, inner: Buffer): boolean => {
    const relative = pathInside(inner, outer);
    return relative !== null && !isHidden(relative);
  };
  const all: StoredFolder[] = storedFolders(db);
  const outer = all.find(({ path }) => path.equals(root) || holds(path, root));
  if (outer) return outer.id;
  return db.transaction(() => {
    const id = insertFolder(db, root);
    for (const inner of all) if (holds(root, inner.path)) absorbFolder(db, id, inner, root);
    return id;
  })();
}

async function resolveFolder(path: string | Buffer): Promise<Buffer> {
  try {
    const root = await realpath(path, { encoding: 'buffer' });
    if ((await stat(root)).isDirectory()) return withSlashes(root);
  } catch {
    // Said below, in words.
  }
  throw new AppError('bad-input', `There is no folder at ${path.toString('utf8')}.`);
}

/** All paths are joined and compared with slashes, which Windows takes as well. */
const withSlashes = (path: Buffer): Buffer =>
  process.platform === 'win32' ? Buffer.from(path.toString('utf8').replaceAll('\\', '/')) : path;
