import type { ReadableDb } from '../database/room.ts';
import type { ModelVersion } from '../embedding/room.ts';
import { foldersMissing, foldersWithWork, missingTracks, waitingTracks } from './work-table.ts';
import type { WaitingTrack } from './work-table.ts';

const FETCH = 100;

/**
 * What a run takes up next: tracks that were never heard, then those that a model misses. What waits is asked
 * of the database as the run goes on, so nothing is lost with the process, and no list grows with the library.
 */
export class WorkQueue {
  readonly #unheard: FolderTurns;
  readonly #missing: FolderTurns;
  /** Files that had a process when it died; they come last. */
  #suspects: WaitingTrack[] = [];

  /** @param models those that take tracks now */
  constructor(db: ReadableDb, models: () => ModelVersion[] = () => []) {
    this.#unheard = new FolderTurns(
      () => foldersWithWork(db),
      (folderId, afterId) => waitingTracks(db, folderId, afterId, FETCH),
    );
    this.#missing = new FolderTurns(
      () => foldersMissing(db, models()),
      (folderId, afterId) => missingTracks(db, models(), folderId, afterId, FETCH),
    );
  }

  /** @param isAlone nothing else is in the works, so that a suspect may be taken */
  next(isAlone: boolean): WaitingTrack | null {
    for (;;) {
      const track = this.#unheard.next() ?? this.#missing.next();
      if (!track) return isAlone ? (this.#suspects.shift() ?? null) : null;
      if (track.attempts === 0) return track;
      this.#suspects.push(track);
    }
  }

  addSuspect(track: WaitingTrack): void {
    this.#suspects.push(track);
  }

  /** The folder cannot be reached just now; its tracks keep waiting for a later run. */
  leaveFolder(folderId: number): void {
    this.#unheard.leave(folderId);
    this.#missing.leave(folderId);
    this.#suspects = this.#suspects.filter((track) => track.folderId !== folderId);
  }
}

/**
 * Folders take turns, so that a small one added late does not wait for a large one; within a folder what was
 * added first comes first, which keeps albums together.
 */
class FolderTurns {
  readonly #findFolders: () => number[];
  readonly #fetch: (folderId: number, afterId: number) => WaitingTrack[];
  #turns: { folderId: number; tracks: WaitingTrack[] }[] = [];
  /** The last track taken of each folder: a run tries nothing twice but its suspects. */
  readonly #taken = new Map<number, number>();
  readonly #left = new Set<number>();

  constructor(
    findFolders: () => number[],
    fetch: (folderId: number, afterId: number) => WaitingTrack[],
  ) {
    this.#findFolders = findFolders;
    this.#fetch = fetch;
  }

  next(): WaitingTrack | null {
    if (this.#turns.length === 0) {
      this.#turns = this.#findFolders()
        .filter((folderId) => !this.#left.has(folderId))
        .map((folderId) => ({ folderId, tracks: [] }));
    }
    for (let turn = this.#turns.shift(); turn; turn = this.#turns.shift()) {
      if (turn.tracks.length === 0) {
        turn.tracks = this.#fetch(turn.folderId, this.#taken.get(turn.folderId) ?? 0);
      }
      const track = turn.tracks.shift();
      if (!track) continue;
      this.#taken.set(turn.folderId, track.id);
      this.#turns.push(turn);
      return track;
    }
    return null;
  }

  leave(folderId: number): void {
    this.#left.add(folderId);
    this.#turns = this.#turns.filter((turn) => turn.folderId !== folderId);
  }
}
