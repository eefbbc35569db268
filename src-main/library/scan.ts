import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WritableDb } from '../database/room.ts';
import type { StoredFolder } from './folder-table.ts';
import { finishScan } from './folder-table.ts';
import { joinPath, keyOf, pathInside } from './paths.ts';
import type { Tags } from './tags.ts';
import {
  arrivalsSince,
  knownFiles,
  markFound,
  markMissing,
  missingElsewhere,
  moveTrack,
  removeTrack,
  saveFile,
  setArtwork,
} from './track-table.ts';
import type { KnownFile } from './track-table.ts';
import { walk } from './walk.ts';
import type { FileMark, FoundFile, WalkedFolder, WalkNotes } from './walk.ts';

const BATCH = 200;
/** A smaller batch is stored after this time, so that the first tracks show at once. */
const BATCH_MILLISECONDS = 1000;
/** Known files are read so many at a time. */
const KNOWN_PAGE = 2000;

export interface ScanOutcome {
  /** The folder is there but holds nothing at all: its drive is not mounted. */
  looksUnplugged: boolean;
  filesSeen: number;
  filesRead: number;
  changed: boolean;
  folders: WalkedFolder[];
}

export interface ScanOptions {
  /** Of files that are named by absolute paths. */
  readTags(paths: Buffer[]): Promise<Tags[]>;
  onProgress(filesSeen: number, filesRead: number): void;
  /** A batch was stored. */
  onStored(): void;
  isStopped(): boolean;
}

/**
 * Brings the database up to what is on the disk; only new and changed files are opened. Whatever ends it in
 * the middle leaves whole batches, and the next scan goes on from there.
 */
export async function scanFolder(
  db: WritableDb,
  folder: StoredFolder,
  options: ScanOptions,
): Promise<ScanOutcome> {
  const notes: WalkNotes = { folders: [], unreadable: [] };
  await stat(folder.path); // Where it is away, nothing need be read.
  const known = await knownByPath(db, folder.id, options);
  let sources: Set<string> | null = null;
  const mayHaveMoved = (file: FoundFile): boolean => {
    sources ??= new Set([...known.values(), ...missingElsewhere(db, folder.id)].map(markKey));
    return sources.has(markKey(file));
  };
  const batches = new Batches(db, folder, options);
  const found: Found = { back: [], covers: [], arrived: [] };
  for await (const files of walk(folder.path, notes)) {
    if (options.isStopped()) break;
    batches.filesSeen += files.length;
    for (const file of files) {
      const before = known.get(keyOf(file.path));
      known.delete(keyOf(file.path));
      if (before && isSameFile(before, file)) noteUnchanged(before, file, found);
      // What may be a known file that was moved waits until it is clear which ones are gone.
      else if (!before && mayHaveMoved(file)) found.arrived.push(file);
      else await batches.add(file);
    }
    options.onProgress(batches.filesSeen, batches.filesRead);
  }
  const { filesSeen } = batches;
  const outcome = { looksUnplugged: false, filesSeen, filesRead: 0, folders: notes.folders };
  if (options.isStopped()) return { ...outcome, changed: false };
  const gone = [...known.values()].filter(
    ({ path }) => !liesIn(notes.unreadable, folder.path, path),
  );
  if (gone.some(({ status }) => status !== 'missing') && (await isEmpty(folder.path))) {
    return { ...outcome, looksUnplugged: true, changed: false };
  }
  const changes = storeMoves(db, folder, found, gone, batches);
  await batches.finish();
  if (!options.isStopped()) {
    const shown = notes.unreadable.map((path) => path.toString('utf8'));
    finishScan(db, folder.id, shown);
  }
  return {
    ...outcome,
    filesRead: batches.filesRead,
    changed: changes + batches.filesRead > 0,
  };
}

/** In pages: all files of a large folder at once would hold up the program for seconds. */
async function knownByPath(
  db: WritableDb,
  folderId: number,
  { isStopped }: ScanOptions,
): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  for (let after = 0; !isStopped(); await nextTurn()) {
    const page = knownFiles(db, folderId, after, KNOWN_PAGE);
    for (const file of page) known.set(keyOf(file.path), file);
    if (page.length < KNOWN_PAGE) break;
    after = page[page.length - 1].id;
  }
  return known;
}

interface Found {
  /** Ids of missing tracks whose file is there again. */
  back: number[];
  /** Tracks whose folder has another cover now. */
  covers: { id: number; artwork: string | null }[];
  /** New files with size and time of known ones. */
  arrived: FoundFile[];
}

function noteUnchanged(before: KnownFile, file: FoundFile, { back, covers }: Found): void {
  if (before.status === 'missing') back.push(before.id);
  const artwork = coverMark(file);
  const hasOwn = before.artworkHash !== null && !before.artworkHash.startsWith(COVER_PREFIX);
  if (!hasOwn && artwork !== before.artworkHash) covers.push({ id: before.id, artwork });
}

/** Stores all that needs no file opened; answers how many tracks changed. What is new goes to the batches. */
function storeMoves(
  db: WritableDb,
  folder: StoredFolder,
  { back, covers, arrived }: Found,
  gone: KnownFile[],
  batches: Batches,
): number {
  const { moved, added } = matchMoved(arrived, [...gone, ...missingElsewhere(db, folder.id)]);
  batches.addLater(added);
  const lost = gone.filter(
    ({ id, status }) => status !== 'missing' && status !== 'excluded' && !moved.has(id),
  );
  db.transaction(() => {
    for (const id of back) markFound(db, id);
    for (const { id, artwork } of covers) setArtwork(db, id, artwork);
    for (const [id, file] of moved) moveTrack(db, id, folder.id, file);
    storeLost(db, folder, lost);
  })();
  return back.length + covers.length + moved.size + lost.length;
}

/** A file that came up in another folder since this one was last looked at went there. */
function storeLost(db: WritableDb, { id, lastScannedAt }: StoredFolder, lost: KnownFile[]): void {
  if (lost.length === 0) return;
  const arrivals = Map.groupBy(lastScannedAt ? arrivalsSince(db, id, lastScannedAt) : [], markKey);
  for (const file of lost) {
    const candidates = arrivals.get(markKey(file)) ?? [];
    arrivals.delete(markKey(file));
    if (candidates.length === 1) {
      const [arrival] = candidates;
      removeTrack(db, arrival.id);
      moveTrack(db, file.id, arrival.folderId, arrival);
    } else {
      markMissing(db, file.id);
    }
  }
}

/** A new file with size and time of exactly one that is gone is that file, moved. */
function matchMoved(
  arrived: FoundFile[],
  gone: KnownFile[],
): { moved: Map<number, FoundFile>; added: FoundFile[] } {
  const candidates = Map.groupBy(gone, markKey);
  const arrivals = Map.groupBy(arrived, markKey);
  const moved = new Map<number, FoundFile>();
  const added = arrived.filter((file) => {
    const from = candidates.get(markKey(file));
    if (from?.length !== 1 || arrivals.get(markKey(file))!.length !== 1) return true;
    moved.set(from[0].id, file);
    return false;
  });
  return { moved, added };
}

/** New and changed files, read and stored some at a time. */
class Batches {
  filesSeen = 0;
  filesRead = 0;
  #waiting: FoundFile[] = [];
  #lastStored = Date.now();
  readonly #db: WritableDb;
  readonly #folder: StoredFolder;
  readonly #options: ScanOptions;

  constructor(db: WritableDb, folder: StoredFolder, options: ScanOptions) {
    this.#db = db;
    this.#folder = folder;
    this.#options = options;
  }

  async add(file: FoundFile): Promise<void> {
    this.#waiting.push(file);
    const isDue = Date.now() - this.#lastStored > BATCH_MILLISECONDS;
    if (isDue || this.#waiting.length >= BATCH) await this.#store();
  }

  addLater(files: FoundFile[]): void {
    this.#waiting.push(...files);
  }

  async finish(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#options.isStopped()) await this.#store();
  }

  async #store(): Promise<void> {
    const files = this.#waiting.splice(0, BATCH);
    const { path: root, id } = this.#folder;
    const tags = await this.#options.readTags(files.map(({ path }) => joinPath(root, path)));
    if (this.#options.isStopped()) return; // The folder may be gone from the library meanwhile.
    this.#db.transaction(() => {
      files.forEach((file, i) => saveFile(this.#db, id, file, tags[i], coverMark(file)));
    })();
    this.filesRead += files.length;
    this.#lastStored = Date.now();
    this.#options.onProgress(this.filesSeen, this.filesRead);
    this.#options.onStored();
  }
}

const COVER_PREFIX = 'folder-';

/** Identifies a cover beside the files by where it is and what it is known by. */
function coverMark({ cover }: FoundFile): string | null {
  if (!cover) return null;
  const hash = createHash('sha256')
    .update(cover.path)
    .update(`\0${markKey(cover)}`);
  return COVER_PREFIX + hash.digest('hex').slice(0, 25);
}

const markKey = ({ size, modifiedMs }: FileMark): string => `${size}:${modifiedMs}`;
const isSameFile = (a: FileMark, b: FileMark): boolean => markKey(a) === markKey(b);

/** What lies in a folder that cannot be read now is not lost. */
const liesIn = (folders: Buffer[], root: Buffer, path: Buffer): boolean =>
  folders.some((folder) => pathInside(joinPath(root, path), folder) !== null);

const isEmpty = async (folder: Buffer): Promise<boolean> =>
  (await readdir(folder)).every((name) => name === 'lost+found');
