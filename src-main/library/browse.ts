import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Place, PlaceListing } from './contract.ts';
import { isAudioFile } from './formats.ts';
import { joinPath } from './paths.ts';

const DOT = 0x2e;

/**
 * The core's own folder picker. A window names places by ids that it was given, never by paths. Paths are
 * kept as Latin-1 strings, one character for every byte, so that any name can be opened again.
 */
export class PlaceBrowser {
  readonly #paths = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** @throws AppError where the place is unknown or cannot be read */
  async list(placeId: string | undefined): Promise<PlaceListing> {
    const path = placeId === undefined ? toBytes(homedir()) : this.pathOf(placeId);
    const place = this.#place(path);
    const entries = await readdir(path, { encoding: 'buffer', withFileTypes: true }).catch(() => {
      throw new AppError('file-unreadable', `The folder ${place.name} cannot be read.`);
    });
    const visible = entries.filter(({ name }) => name[0] !== DOT);
    const isFolder = await Promise.all(visible.map((entry) => leadsToFolder(path, entry)));
    const folders = visible
      .filter((_, i) => isFolder[i])
      .map(({ name }) => this.#place(joinPath(path, name)))
      .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    const files = visible.filter(({ name }, i) => !isFolder[i] && isAudioFile(name));
    return {
      place: { ...place, path: path.toString('utf8') },
      parents: this.#parents(path),
      folders,
      audioFileCount: files.length,
    };
  }

  /** @throws AppError `not-found` for a place that was never shown */
  pathOf(placeId: string): Buffer {
    const path = this.#paths.get(placeId);
    if (path === undefined) {
      throw new AppError('not-found', 'That folder is not known. Choose it again.');
    }
    return Buffer.from(path, 'latin1');
  }

  /** From the root of the file system down. */
  #parents(path: Buffer): Place[] {
    const parents: Place[] = [];
    for (let at = path.toString('latin1'); dirname(at) !== at; at = dirname(at)) {
      parents.unshift(this.#place(Buffer.from(dirname(at), 'latin1')));
    }
    return parents;
  }

  #place(path: Buffer): Place {
    const key = path.toString('latin1');
    const placeId = this.#ids.get(key) ?? randomUUID();
    this.#ids.set(key, placeId);
    this.#paths.set(placeId, key);
    const shown = path.toString('utf8');
    return { placeId, name: basename(shown) || shown };
  }
}

const toBytes = (path: string): Buffer => Buffer.from(path.replaceAll('\\', '/'));

async function leadsToFolder(folder: Buffer, entry: Dirent<Buffer>): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const status = await stat(joinPath(folder, entry.name)).catch(() => null);
  return status?.isDirectory() ?? false;
}
