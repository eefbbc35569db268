import { watch as watchPaths } from 'chokidar';
import type { FSWatcher } from 'chokidar';
import type { StoredFolder } from './folder-table.ts';

const QUIET_MILLISECONDS = 2000;
const ROOT_CHECK_MILLISECONDS = 30_000;

/** Says which library folder changed, some seconds after the last change; asks now and then whether roots are there. */
export class FolderWatcher {
  readonly #onChanged: (folderId: number) => void;
  readonly #watchers = new Map<number, FSWatcher>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #rootTimer: NodeJS.Timeout;

  constructor(onChanged: (folderId: number) => void, checkRoots: () => void) {
    this.#onChanged = onChanged;
    this.#rootTimer = setInterval(checkRoots, ROOT_CHECK_MILLISECONDS);
    this.#rootTimer.unref();
  }

  /** Watches exactly these. */
  follow(folders: StoredFolder[]): void {
    const wanted = new Set(folders.map(({ id }) => id));
    for (const [id, watcher] of this.#watchers) {
      if (wanted.has(id)) continue;
      void watcher.close();
      this.#watchers.delete(id);
    }
    for (const { id, path } of folders) {
      if (this.#watchers.has(id)) continue;
      const watcher = watchPaths(path.toString('utf8'), {
        ignoreInitial: true,
        ignorePermissionErrors: true,
      });
      watcher.on('all', () => this.#changed(id));
      watcher.on('error', () => {}); // Too many folders to watch: the next start finds what changed.
      this.#watchers.set(id, watcher);
    }
  }

  #changed(folderId: number): void {
    clearTimeout(this.#timers.get(folderId));
    const timer = setTimeout(() => this.#onChanged(folderId), QUIET_MILLISECONDS);
    timer.unref();
    this.#timers.set(folderId, timer);
  }

  async close(): Promise<void> {
    clearInterval(this.#rootTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all([...this.#watchers.values()].map((watcher) => watcher.close()));
  }
}
