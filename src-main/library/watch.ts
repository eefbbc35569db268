import { watch as watchPath } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { Log } from '../base/log.ts';
import type { WalkedFolder } from './walk.ts';

const ROOT_CHECK_MILLISECONDS = 30_000;
/** A scan waits until nothing has changed for this long, but not for ever. */
const QUIET_MILLISECONDS = 2000;
const LONGEST_WAIT_MILLISECONDS = 60_000;
/** A large folder is scanned again after a rest this many times as long as its last scan took. */
const REST = 5;

/** Only Linux has to watch every folder for itself; one watcher costs about 2 kB. */
const WATCHES_DEEP = process.platform !== 'linux';

interface Followed {
  folders: WalkedFolder[];
  watchers: Map<string, FSWatcher>;
  restMilliseconds: number;
  firstChangeAt: number | null;
  timer: NodeJS.Timeout | undefined;
}

/** Says which library folder changed, some seconds after the last change; asks now and then whether roots are there. */
export class FolderWatcher {
  readonly #onChanged: (folderId: number) => void;
  readonly #log: Log;
  readonly #followed = new Map<number, Followed>();
  readonly #rootTimer: NodeJS.Timeout;
  #isEnabled = false;
  #isFull = false;

  constructor(onChanged: (folderId: number) => void, checkRoots: () => void, log: Log) {
    this.#onChanged = onChanged;
    this.#log = log;
    this.#rootTimer = setInterval(checkRoots, ROOT_CHECK_MILLISECONDS);
    this.#rootTimer.unref();
  }

  /** Whether the user wants folders to be watched. */
  setEnabled(isEnabled: boolean): void {
    if (isEnabled === this.#isEnabled) return;
    this.#isEnabled = isEnabled;
    for (const [id, followed] of this.#followed) this.#bringUpToDate(id, followed);
  }

  /** Follows a library folder: `folders` are those that its last scan walked, the root first. */
  follow(id: number, folders: WalkedFolder[], scanMilliseconds: number): void {
    const followed: Followed = this.#followed.get(id) ?? {
      folders,
      watchers: new Map(),
      restMilliseconds: 0,
      firstChangeAt: null,
      timer: undefined,
    };
    followed.folders = WATCHES_DEEP ? folders.slice(0, 1) : folders;
    followed.restMilliseconds = scanMilliseconds * REST;
    this.#followed.set(id, followed);
    this.#bringUpToDate(id, followed);
  }

  /** Lets go of library folders that were removed. */
  keepOnly(ids: number[]): void {
    for (const [id, followed] of this.#followed) {
      if (ids.includes(id)) continue;
      this.#release(followed);
      this.#followed.delete(id);
    }
  }

  close(): void {
    clearInterval(this.#rootTimer);
    this.keepOnly([]);
  }

  #bringUpToDate(id: number, followed: Followed): void {
    if (!this.#isEnabled) return this.#release(followed);
    const wanted = new Map(followed.folders.map((folder) => [keyOf(folder), folder]));
    for (const [key, watcher] of followed.watchers) {
      if (wanted.has(key)) continue;
      watcher.close();
      followed.watchers.delete(key);
    }
    this.#isFull = false;
    for (const [key, { path }] of wanted) {
      if (this.#isFull) return;
      if (!followed.watchers.has(key)) this.#watch(id, followed, key, path);
    }
  }

  #watch(id: number, followed: Followed, key: string, path: Buffer): void {
    try {
      const options = { encoding: 'buffer', persistent: false, recursive: WATCHES_DEEP } as const;
      const watcher = watchPath(path, options, (_, name) => {
        if (!name || !isUnseen(name)) this.#changed(id, followed);
      });
      watcher.on('error', () => watcher.close()); // The folder went; the one around it says so.
      followed.watchers.set(key, watcher);
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EMFILE') return;
      this.#isFull = true; // The next start finds what changed.
      this.#log.warn('not all folders can be watched', { message });
    }
  }

  #changed(id: number, followed: Followed): void {
    followed.firstChangeAt ??= Date.now();
    const rest = Math.max(QUIET_MILLISECONDS, followed.restMilliseconds);
    const left = followed.firstChangeAt + Math.max(LONGEST_WAIT_MILLISECONDS, rest) - Date.now();
    clearTimeout(followed.timer);
    followed.timer = setTimeout(
      () => {
        followed.firstChangeAt = null;
        this.#onChanged(id);
      },
      Math.max(0, Math.min(rest, left)),
    );
    followed.timer.unref();
  }

  #release({ watchers, timer }: Followed): void {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  }
}

/** A folder that was made anew under the same path is another one. */
const keyOf = ({ path, identity }: WalkedFolder): string =>
  `${identity} ${path.toString('latin1')}`;

/** Hidden files are no music, except the one that says that there is none. */
const isUnseen = (name: Buffer): boolean => name[0] === 0x2e && name.toString() !== '.nomusic';
