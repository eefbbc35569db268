import { readdir, readFile, stat } from 'node:fs/promises';
import { isCoverFile } from './formats.ts';
import { readPicture } from './tags.ts';
import type { Picture } from './tags.ts';
import { joinPath } from './walk.ts';

const MAX_BYTES = 20 * 1024 * 1024;
const SLASH = 0x2f;

const SIGNATURES: { type: string; matches(bytes: Uint8Array): boolean }[] = [
  { type: 'image/jpeg', matches: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff },
  { type: 'image/png', matches: (b) => text(b, 1, 4) === 'PNG' },
  { type: 'image/gif', matches: (b) => text(b, 0, 4) === 'GIF8' },
  { type: 'image/webp', matches: (b) => text(b, 0, 4) === 'RIFF' && text(b, 8, 12) === 'WEBP' },
];

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** The picture inside a file, else the cover beside it. Anything that is no known picture is refused. */
export async function readArtwork(absolute: Buffer): Promise<Picture | null> {
  return checked(await readPicture(absolute)) ?? checked(await readCover(absolute));
}

function checked(bytes: Uint8Array | null): Picture | null {
  if (!bytes || bytes.length > MAX_BYTES) return null;
  const signature = SIGNATURES.find(({ matches }) => matches(bytes));
  return signature ? { bytes, type: signature.type } : null;
}

async function readCover(absolute: Buffer): Promise<Uint8Array | null> {
  try {
    const folder = absolute.subarray(0, absolute.lastIndexOf(SLASH));
    const names = await readdir(folder, { encoding: 'buffer' });
    const name = names.find(isCoverFile);
    if (!name) return null;
    const path = joinPath(folder, name);
    return (await stat(path)).size > MAX_BYTES ? null : await readFile(path);
  } catch {
    return null;
  }
}
