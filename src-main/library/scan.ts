import { createHash } from 'node:crypto';
import type { WritableDb } from '../database/room.ts';
import type { StoredFolder } from './folder-table.ts';
import { finishScan } from './folder-table.ts';
import { readTags } from './tags.ts';
import { knownFiles, markFound, markMissing, movePath, saveFile } from './track-table.ts';
import type { KnownFile } from './track-table.ts';
import { joinPath, walk } from './walk.ts';
import type { FoundFile } from './walk.ts';

const BATCH = 200;
const READERS = 8;

export interface ScanOutcome {
  /** The folder is there but holds nothing of what it held: its drive is not mounted. */
  looksUnplugged: boolean;
  filesSeen: number;
  filesRead: number;
  changed: boolean;
}

export interface ScanOptions {
  onProgress(filesSeen: number, filesRead: number): void;
  /** A batch was stored. */
  onStored(): void;
  isStopped(): boolean;
}

/** Brings the database up to what is on the disk; only new and changed files are opened. */
export async function scanFolder(
  db: WritableDb,
  folder: StoredFolder,
  options: ScanOptions,
): Promise<ScanOutcome> {
  const { files, unreadable } = await walk(folder.path, (seen) => options.onProgress(seen, 0));
  const known = new Map(knownFiles(db, folder.id).map((file) => [keyOf(file.path), file]));
  if (files.length === 0 && known.size > 0 && unreadable.length === 0) {
    return { looksUnplugged: true, filesSeen: 0, filesRead: 0, changed: false };
  }
  const fresh: FoundFile[] = [];
  const back: number[] = [];
  for (const file of files) {
    const before = known.get(keyOf(file.path));
    known.delete(keyOf(file.path));
    if (before && isUnchanged(before, file)) {
      if (before.status === 'missing') back.push(before.id);
    } else {
      fresh.push(file);
    }
  }
  const vanished = [...known.values()].filter(
    (file) => !isUnder(unreadable, folder.path, file.path),
  );
  const { moved, added } = matchMoved(fresh, vanished);
  const lost = vanished.filter(({ id, status }) => status !== 'missing' && !moved.has(id));
  db.transaction(() => {
    for (const id of back) markFound(db, id);
    for (const [id, file] of moved) movePath(db, id, file);
    for (const { id } of lost) markMissing(db, id);
  })();
  await readInBatches(db, folder, added, files.length, options);
  if (!options.isStopped()) finishScan(db, folder.id, unreadable);
  const changed = added.length + moved.size + lost.length + back.length > 0;
  return { looksUnplugged: false, filesSeen: files.length, filesRead: added.length, changed };
}

const keyOf = (path: Buffer): string => path.toString('latin1');
const isUnchanged = (before: KnownFile, now: FoundFile): boolean =>
  before.size === now.size && before.modifiedMs === now.modifiedMs;

/** What lies in a folder that cannot be read now is not lost. */
function isUnder(unreadable: string[], root: Buffer, path: Buffer): boolean {
  const absolute = joinPath(root, path).toString('utf8');
  return unreadable.some((folder) => absolute.startsWith(`${folder}/`));
}

/** A new file with size and time of exactly one that vanished is that file, moved. */
function matchMoved(
  fresh: FoundFile[],
  vanished: KnownFile[],
): { moved: Map<number, FoundFile>; added: FoundFile[] } {
  const mark = (file: { size: number; modifiedMs: number }): string =>
    `${file.size}:${file.modifiedMs}`;
  const candidates = Map.groupBy(vanished, mark);
  const arrivals = Map.groupBy(fresh, mark);
  const moved = new Map<number, FoundFile>();
  const added = fresh.filter((file) => {
    const from = candidates.get(mark(file));
    if (from?.length !== 1 || arrivals.get(mark(file))!.length !== 1) return true;
    moved.set(from[0].id, file);
    return false;
  });
  return { moved, added };
}

async function readInBatches(
  db: WritableDb,
  folder: StoredFolder,
  files: FoundFile[],
  seen: number,
  { onProgress, onStored, isStopped }: ScanOptions,
): Promise<void> {
  for (let at = 0; at < files.length && !isStopped(); at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const tags = await mapWithReaders(batch, ({ path }) =>
      readTags(joinPath(folder.path, path), path),
    );
    db.transaction(() => {
      batch.forEach((file, i) => {
        saveFile(db, folder.id, file, tags[i], tags[i].artworkHash ?? hashOfCover(file));
      });
    })();
    onProgress(seen, at + batch.length);
    onStored();
  }
}

function hashOfCover({ cover }: FoundFile): string | null {
  return cover && `folder-${createHash('sha256').update(cover).digest('hex').slice(0, 24)}`;
}

async function mapWithReaders<Item, Value>(
  items: Item[],
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values = new Array<Value>(items.length);
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) values[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return values;
}
