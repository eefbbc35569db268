import { readdir, stat } from 'node:fs/promises';
import { toPlainError } from '../base/errors.ts';
import type { Emitter } from '../base/events.ts';
import type { Log } from '../base/log.ts';
import type { WritableDb } from '../database/room.ts';
import type { LibraryEvents, ScanProgress } from './contract.ts';
import { folderById, listFolders, setFolderState, storedFolders } from './folder-table.ts';
import type { StoredFolder } from './folder-table.ts';
import { scanFolder } from './scan.ts';
import type { ScanOptions, ScanOutcome } from './scan.ts';
import { countTracks } from './track-table.ts';
import type { WalkedFolder } from './walk.ts';

const REPORT_MILLISECONDS = 250;

/** What file systems answer when a drive or a server has gone. */
const AWAY_CODES = new Set(
  'ENOENT ENOTDIR EIO ENODEV ENXIO ESTALE ENOTCONN EHOSTDOWN ETIMEDOUT'.split(' '),
);

export interface ScanQueueDeps {
  db: WritableDb;
  log: Log;
  events: Emitter<LibraryEvents>;
  readTags: ScanOptions['readTags'];
  /** A folder was scanned: these are the folders below it, the root first. */
  onScanned(folderId: number, folders: WalkedFolder[], milliseconds: number): void;
}

/** Scans folders one after another, and tells what it finds by events. */
export class ScanQueue {
  readonly #deps: ScanQueueDeps;
  readonly #waiting: number[] = [];
  #running: Promise<void> | null = null;
  #isChecking = false;
  #isClosed = false;
  #lastReport = 0;

  constructor(deps: ScanQueueDeps) {
    this.#deps = deps;
  }

  add(folderId: number): void {
    if (this.#isClosed) return;
    if (!this.#waiting.includes(folderId)) this.#waiting.push(folderId);
    this.#running ??= this.#work();
  }

  /** Settles when no scan is waiting or running. */
  async whenDone(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.whenDone();
  }

  /** Scans the folders whose drive seems to have been pulled or plugged in. */
  async checkRoots(): Promise<void> {
    if (this.#isChecking || this.#isClosed) return; // A dead server can keep an answer for minutes.
    this.#isChecking = true;
    try {
      for (const { id, path, state } of storedFolders(this.#deps.db)) {
        const isPresent = state === 'present' ? await isFolder(path) : await hasEntries(path);
        if (isPresent !== (state === 'present')) this.add(id);
      }
    } finally {
      this.#isChecking = false;
    }
  }

  async #work(): Promise<void> {
    const { db, log } = this.#deps;
    await Promise.resolve(); // Whoever adds a folder goes on first.
    while (this.#waiting.length > 0 && !this.#isClosed) {
      try {
        const folder = folderById(db, this.#waiting.shift()!);
        if (folder) await this.#scan(folder);
      } catch (thrown) {
        log.error('a scan could not be ended', { message: toPlainError(thrown).message });
      }
    }
    this.#running = null;
  }

  async #scan(folder: StoredFolder): Promise<void> {
    const { db, events } = this.#deps;
    const isStopped = (): boolean => this.#isClosed || folderById(db, folder.id) === null;
    this.#report(folder, { state: 'scanning' });
    const start = performance.now();
    try {
      const outcome = await scanFolder(db, folder, {
        readTags: this.#deps.readTags,
        onProgress: (filesSeen, filesRead) => this.#reportNow(folder, filesSeen, filesRead),
        onStored: () => this.#announceTracks(),
        isStopped,
      });
      if (isStopped()) return;
      this.#end(folder, outcome);
      this.#deps.onScanned(folder.id, outcome.folders, performance.now() - start);
    } catch (thrown) {
      if (isStopped()) return;
      this.#fail(folder, thrown);
    }
    events.emit('library.foldersChanged', { folders: listFolders(db) });
  }

  #end(folder: StoredFolder, { looksUnplugged, filesSeen, filesRead, changed }: ScanOutcome): void {
    if (looksUnplugged) {
      setFolderState(this.#deps.db, folder.id, 'away');
      const message = 'The folder is empty now; its drive may be unplugged. Its tracks are kept.';
      this.#report(folder, { state: 'away', message });
    } else {
      this.#report(folder, { state: 'done', filesSeen, filesRead });
    }
    if (changed || looksUnplugged || folder.state !== 'present') this.#announceTracks();
  }

  #fail(folder: StoredFolder, thrown: unknown): void {
    const { code, message } = toPlainError(thrown);
    const isAway = AWAY_CODES.has((thrown as NodeJS.ErrnoException).code ?? '');
    if (!isAway && code !== 'file-unreadable') {
      this.#report(folder, { state: 'failed', message });
      this.#deps.log.error('scan failed', { folderId: folder.id, message });
      return;
    }
    const state = isAway ? 'away' : 'unreadable';
    setFolderState(this.#deps.db, folder.id, state);
    const words = isAway ? 'is not there' : 'cannot be read';
    this.#report(folder, {
      state: 'away',
      message: `The folder ${words}. Its tracks are kept until it is back.`,
    });
    if (state !== folder.state) this.#announceTracks();
  }

  #reportNow(folder: StoredFolder, filesSeen: number, filesRead: number): void {
    if (Date.now() - this.#lastReport < REPORT_MILLISECONDS) return;
    this.#lastReport = Date.now();
    this.#report(folder, { state: 'scanning', filesSeen, filesRead });
  }

  #report({ id }: StoredFolder, news: Partial<ScanProgress> & Pick<ScanProgress, 'state'>): void {
    this.#deps.events.emit('library.scanProgressed', {
      folderId: id,
      filesSeen: 0,
      filesRead: 0,
      message: null,
      ...news,
    });
  }

  #announceTracks(): void {
    this.#deps.events.emit('library.changed', { tracks: countTracks(this.#deps.db) });
  }
}

const isFolder = (path: Buffer): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

const hasEntries = (path: Buffer): Promise<boolean> =>
  readdir(path).then(
    (names) => names.some((name) => name !== 'lost+found'),
    () => false,
  );
