import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseCover } from './formats.ts';
import { joinPath } from './paths.ts';

export interface Picture {
  bytes: Uint8Array;
  type: string;
}

/** Edge of the square, in pixels, that a picture is made to fit into. */
export type PictureSize = 64 | 256 | 'full';

export interface ArtworkDeps {
  /** Where made pictures are kept. */
  folder: string;
  readPicture(path: Buffer): Promise<Uint8Array | null>;
  /** A smaller picture as JPEG; null where none can be made of it. */
  shrinkPicture(bytes: Uint8Array, size: 64 | 256): Promise<Uint8Array | null>;
}

const MAX_BYTES = 20 * 1024 * 1024;
/** Making a picture small takes a process; more at once would only slow each other. */
const MAKERS = 2;

/** Pictures of tracks: taken from the file when asked for, made small once, and kept by their hash. */
export class ArtworkStore {
  readonly #deps: ArtworkDeps;
  readonly #making = new Map<string, Promise<Picture | null>>();
  readonly #slots: Promise<unknown>[] = new Array<Promise<unknown>>(MAKERS).fill(Promise.resolve());
  #nextSlot = 0;

  constructor(deps: ArtworkDeps) {
    this.#deps = deps;
  }

  /** `path`: the track's file; null where it is not there, which leaves what was made before. */
  async find(hash: string, path: Buffer | null, size: PictureSize): Promise<Picture | null> {
    if (size === 'full') return (path && (await this.#read(path))) ?? this.#kept(hash, 256);
    const kept = await this.#kept(hash, size);
    if (kept || !path) return kept;
    const key = fileName(hash, size);
    const making =
      this.#making.get(key) ?? this.#make(hash, path, size).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(hash: string, path: Buffer, size: 64 | 256): Promise<Picture | null> {
    const slot = this.#nextSlot++ % MAKERS;
    const made = this.#slots[slot].then(async () => {
      const whole = await this.#read(path);
      const small = whole && (await this.#deps.shrinkPicture(whole.bytes, size));
      if (!small) return whole;
      await this.#keep(fileName(hash, size), small);
      return { bytes: small, type: 'image/jpeg' };
    });
    this.#slots[slot] = made.catch(() => {});
    return made;
  }

  /** The picture inside a file, else the cover beside it. Anything that is no known picture is refused. */
  async #read(path: Buffer): Promise<Picture | null> {
    return checked(await this.#deps.readPicture(path)) ?? checked(await readCover(path));
  }

  async #kept(hash: string, size: 64 | 256): Promise<Picture | null> {
    const path = join(this.#deps.folder, fileName(hash, size));
    return checked(await readFile(path).catch(() => null));
  }

  /** A full disk costs the picture being made again, nothing else. */
  async #keep(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#deps.folder, name);
    try {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(`${path}.part`, bytes);
      await rename(`${path}.part`, path);
    } catch {
      await rm(`${path}.part`, { force: true }).catch(() => {});
    }
  }
}

/** Hashes are our own hexadecimal digits; two of them spread the files over folders. */
const fileName = (hash: string, size: 64 | 256): string => `${hash.slice(-2)}/${hash}-${size}.jpg`;

const SIGNATURES: { type: string; matches(bytes: Uint8Array): boolean }[] = [
  { type: 'image/jpeg', matches: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff },
  { type: 'image/png', matches: (b) => text(b, 1, 4) === 'PNG' },
  { type: 'image/gif', matches: (b) => text(b, 0, 4) === 'GIF8' },
  { type: 'image/webp', matches: (b) => text(b, 0, 4) === 'RIFF' && text(b, 8, 12) === 'WEBP' },
];

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

function checked(bytes: Uint8Array | null): Picture | null {
  if (!bytes || bytes.length > MAX_BYTES) return null;
  const signature = SIGNATURES.find(({ matches }) => matches(bytes));
  return signature ? { bytes, type: signature.type } : null;
}

const SLASH = 0x2f;

async function readCover(path: Buffer): Promise<Uint8Array | null> {
  try {
    const folder = path.subarray(0, path.lastIndexOf(SLASH) + 1);
    const name = chooseCover(await readdir(folder, { encoding: 'buffer' }));
    if (!name) return null;
    const cover = joinPath(folder, name);
    const status = await stat(cover);
    return status.isFile() && status.size <= MAX_BYTES ? await readFile(cover) : null;
  } catch {
    return null;
  }
}
