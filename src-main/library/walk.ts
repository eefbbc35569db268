import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAudioFile, isCoverFile } from './formats.ts';

/** A music file as the file system has it. */
export interface FoundFile {
  /** Relative to the library folder, bytes. */
  path: Buffer;
  size: number;
  modifiedMs: number;
  /** A picture beside it that is named as covers are, relative to the library folder. */
  cover: Buffer | null;
}

export interface Walk {
  files: FoundFile[];
  /** Folders that could not be read, for showing. */
  unreadable: string[];
}

const SEPARATOR = Buffer.from('/');
const DOT = 0x2e;

export const joinPath = (folder: Buffer, name: Buffer): Buffer =>
  folder.length === 0 ? name : Buffer.concat([folder, SEPARATOR, name]);

/**
 * All music files below a folder. Hidden folders and those with a file named `.nomusic` are left out;
 * links are followed, each folder once.
 * @throws what reading the root itself throws
 */
export async function walk(root: Buffer, onProgress: (filesSeen: number) => void): Promise<Walk> {
  const result: Walk = { files: [], unreadable: [] };
  const seen = new Set<string>();
  const waiting: Buffer[] = [Buffer.alloc(0)];
  await readdir(root); // A root that is away must throw, not look empty.
  while (waiting.length > 0) {
    const folder = waiting.pop()!;
    const absolute = folder.length === 0 ? root : joinPath(root, folder);
    try {
      const { dev, ino } = await stat(absolute, { bigint: true });
      if (seen.has(`${dev}:${ino}`)) continue;
      seen.add(`${dev}:${ino}`);
      const entries = await readdir(absolute, { encoding: 'buffer', withFileTypes: true });
      if (entries.some(({ name }) => name.equals(NO_MUSIC))) continue;
      await readFolder(root, folder, entries, waiting, result);
      onProgress(result.files.length);
    } catch {
      result.unreadable.push(absolute.toString('utf8'));
    }
  }
  return result;
}

const NO_MUSIC = Buffer.from('.nomusic');

async function readFolder(
  root: Buffer,
  folder: Buffer,
  entries: Dirent<Buffer>[],
  waiting: Buffer[],
  result: Walk,
): Promise<void> {
  const visible = entries.filter(({ name }) => name[0] !== DOT);
  const cover = visible.find(({ name }) => isCoverFile(name));
  for (const entry of visible) {
    const path = joinPath(folder, entry.name);
    if (entry.isDirectory()) {
      waiting.push(path);
      continue;
    }
    if (!entry.isSymbolicLink() && !(entry.isFile() && isAudioFile(entry.name))) continue;
    const status = await stat(joinPath(root, path)).catch(() => null);
    if (status?.isDirectory()) waiting.push(path);
    if (!status?.isFile() || !isAudioFile(entry.name)) continue;
    result.files.push({
      path,
      size: status.size,
      modifiedMs: Math.floor(status.mtimeMs),
      cover: cover ? joinPath(folder, cover.name) : null,
    });
  }
}
