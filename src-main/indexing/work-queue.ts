import type { ReadableDb } from '../database/room.ts';
import { foldersWithWork, waitingTracks } from './work-table.ts';
import type { WaitingTrack } from './work-table.ts';

const FETCH = 100;

interface FolderQueue {
  folderId: number;
  tracks: WaitingTrack[];
}

/**
 * What a run takes up next. Folders take turns, so that a small one added late does not wait for a large one;
 * within a folder what was added first comes first, which keeps albums together. What waits is asked of the
 * database as the run goes on, so nothing is lost with the process, and no list grows with the library.
 */
export class WorkQueue {
  readonly #db: ReadableDb;
  #turns: FolderQueue[] = [];
  /** The last track taken of each folder: a run tries nothing twice but its suspects. */
  readonly #taken = new Map<number, number>();
  readonly #left = new Set<number>();
  /** Files that had a process when it died; they come last. */
  #suspects: WaitingTrack[] = [];

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  /** @param isAlone nothing else is in the works, so that a suspect may be taken */
  next(isAlone: boolean): WaitingTrack | null {
    for (;;) {
      const track = this.#nextInTurn();
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
    this.#left.add(folderId);
    this.#turns = this.#turns.filter((turn) => turn.folderId !== folderId);
    this.#suspects = this.#suspects.filter((track) => track.folderId !== folderId);
  }

  #nextInTurn(): WaitingTrack | null {
    if (this.#turns.length === 0) this.#turns = this.#findFolders();
    for (let turn = this.#turns.shift(); turn; turn = this.#turns.shift()) {
      const track = turn.tracks.shift() ?? this.#refill(turn);
      if (!track) continue;
      this.#taken.set(turn.folderId, track.id);
      this.#turns.push(turn);
      return track;
    }
    return null;
  }

  #findFolders(): FolderQueue[] {
    return foldersWithWork(this.#db)
      .filter((folderId) => !this.#left.has(folderId))
      .map((folderId) => ({ folderId, tracks: [] }));
  }

  #refill(turn: FolderQueue): WaitingTrack | undefined {
    const after = this.#taken.get(turn.folderId) ?? 0;
    turn.tracks = waitingTracks(this.#db, turn.folderId, after, FETCH);
    return turn.tracks.shift();
  }
}
