import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { chooseCover, isAudioFile } from './formats.ts';
import { joinPath, pathInside } from './paths.ts';

/** Size and time by which a file is known again without opening it. */
export interface FileMark {
  size: number;
  modifiedMs: number;
}

/** A music file as the file system has it. */
export interface FoundFile extends FileMark {
  /** Relative to the library folder, bytes. */
  path: Buffer;
  /** A picture beside it that is named as covers are, relative to the library folder. */
  cover: (FileMark & { path: Buffer }) | null;
}

/** A folder that was read. */
export interface WalkedFolder {
  /** Absolute. */
  path: Buffer;
  /** Of the folder itself, whatever its path. */
  identity: string;
}

/** What a walk comes by beside the files. */
export interface WalkNotes {
  folders: WalkedFolder[];
  /** Folders that could not be read, absolute. */
  unreadable: Buffer[];
}

const NO_MUSIC = Buffer.from('.nomusic');
const DOT = 0x2e;
const STATS_AT_ONCE = 32;

/**
 * All music files below a folder, folder by folder. Hidden folders and those with a file named `.nomusic`
 * are left out. Links are followed after everything else, each folder once, and never up to a folder that
 * holds the root.
 * @throws what reading the root itself throws
 */
export async function* walk(root: Buffer, notes: WalkNotes): AsyncGenerator<FoundFile[]> {
  const seen = new Set<string>();
  const folders: Buffer[] = [Buffer.alloc(0)];
  const links: Buffer[] = [];
  await readdir(root); // A root that is away must throw, not look empty.
  while (folders.length > 0 || links.length > 0) {
    const folder = folders.pop() ?? links.shift()!;
    const absolute = joinPath(root, folder);
    try {
      const { dev, ino } = await stat(absolute, { bigint: true });
      const identity = `${dev}:${ino}`;
      if (seen.has(identity)) continue;
      seen.add(identity);
      const entries = await readdir(absolute, { encoding: 'buffer', withFileTypes: true });
      notes.folders.push({ path: absolute, identity });
      if (entries.some(({ name }) => name.equals(NO_MUSIC))) continue;
      const content = await sort(root, folder, entries);
      folders.push(...content.folders);
      links.push(...content.links);
      yield content.files;
    } catch {
      notes.unreadable.push(absolute);
    }
  }
}

interface Content {
  files: FoundFile[];
  folders: Buffer[];
  /** Links to folders. */
  links: Buffer[];
}

async function sort(root: Buffer, folder: Buffer, entries: Dirent<Buffer>[]): Promise<Content> {
  const visible = entries.filter(({ name }) => name[0] !== DOT);
  const content: Content = { files: [], folders: [], links: [] };
  const candidates: Buffer[] = [];
  for (const entry of visible) {
    const path = joinPath(folder, entry.name);
    if (entry.isDirectory()) content.folders.push(path);
    else if (entry.isSymbolicLink() || isAudioFile(entry.name)) candidates.push(path);
  }
  const coverName = chooseCover(visible.map(({ name }) => name));
  const cover = coverName && (await markOf(root, joinPath(folder, coverName)));
  for (let at = 0; at < candidates.length; at += STATS_AT_ONCE) {
    const some = candidates.slice(at, at + STATS_AT_ONCE);
    const marks = await Promise.all(some.map((path) => markOf(root, path)));
    for (const mark of marks) {
      if (mark?.isFolder) {
        if (await leadsElsewhere(root, mark.path)) content.links.push(mark.path);
      } else if (mark?.isFile && isAudioFile(mark.path)) {
        const { path, size, modifiedMs } = mark;
        content.files.push({ path, size, modifiedMs, cover: cover?.isFile ? cover : null });
      }
    }
  }
  return content;
}

type Marked = FileMark & { path: Buffer; isFile: boolean; isFolder: boolean };

async function markOf(root: Buffer, path: Buffer): Promise<Marked | null> {
  const status = await stat(joinPath(root, path)).catch(() => null);
  return (
    status && {
      path,
      size: status.size,
      modifiedMs: Math.floor(status.mtimeMs),
      isFile: status.isFile(),
      isFolder: status.isDirectory(),
    }
  );
}

/** False for a link to the root or to a folder around it, which would bring in the whole disk. */
async function leadsElsewhere(root: Buffer, link: Buffer): Promise<boolean> {
  const target = await realpath(joinPath(root, link), { encoding: 'buffer' }).catch(() => null);
  return target !== null && !target.equals(root) && pathInside(root, target) === null;
}
