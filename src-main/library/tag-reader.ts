import type { WorkerProcess } from '../base/host.ts';
import type { Log } from '../base/log.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import { tagsFromName } from './tags.ts';
import type { Tags } from './tags.ts';
import type { TagsWorkerTable } from './worker-table.ts';

const IDLE_SECONDS = 30;

/**
 * Reads tags and pictures in a process of its own, which starts when it is needed and ends when it is idle.
 * A file that makes it hang or die is a file without tags; the others of its batch are read again.
 */
export class TagReader {
  readonly #calls: WorkerCalls<TagsWorkerTable>;
  readonly #log: Log;
  readonly #stallSeconds: number;
  #isClosed = false;
  #active = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(fork: () => WorkerProcess, log: Log, stallSeconds = 25) {
    this.#calls = new WorkerCalls(fork);
    this.#log = log;
    this.#stallSeconds = stallSeconds;
  }

  /** In the order of the files, which are named by absolute paths; never rejects. */
  async readTags(paths: Uint8Array[]): Promise<Tags[]> {
    const found = new Map<number, Tags>();
    const isDone = await this.#readInto(found, paths, 0);
    for (let i = 0; i < paths.length && !isDone && !this.#isClosed; i++) {
      if (found.has(i) || (await this.#readInto(found, [paths[i]], i))) continue;
      this.#log.warn('the tags of a file cannot be read', {
        path: Buffer.from(paths[i]).toString('utf8'),
      });
    }
    return paths.map((path, i) => found.get(i) ?? tagsFromName(Buffer.from(path)));
  }

  /** The picture inside a file, unchecked; null without one. */
  async readPicture(path: Buffer): Promise<Uint8Array | null> {
    return this.#bounded(() => this.#calls.call('readPicture', path)).catch(() => null);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#calls.stop();
  }

  /** False where the process was ended before it had read all. */
  #readInto(found: Map<number, Tags>, paths: Uint8Array[], start: number): Promise<boolean> {
    const work = (onProgress: () => void): Promise<null> =>
      this.#calls.call('readTags', paths, ({ index, tags }) => {
        found.set(start + index, tags);
        onProgress();
      });
    return this.#bounded(work).then(
      () => true,
      () => false,
    );
  }

  /** Ends the process where nothing was heard of it for too long. */
  async #bounded<Value>(work: (onProgress: () => void) => Promise<Value>): Promise<Value> {
    if (this.#isClosed) throw new Error('closed');
    clearTimeout(this.#idle);
    this.#active++;
    const stall = setTimeout(() => this.#calls.stop(), this.#stallSeconds * 1000);
    try {
      return await work(() => void stall.refresh());
    } finally {
      clearTimeout(stall);
      this.#active--;
      if (this.#active === 0 && !this.#isClosed) {
        this.#idle = setTimeout(() => this.#calls.stop(), IDLE_SECONDS * 1000);
        this.#idle.unref();
      }
    }
  }
}
