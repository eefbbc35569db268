import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Place, PlaceListing } from './contract.ts';
import { isAudioFile } from './formats.ts';

/** The core's own folder picker. A window names places by numbers that it was given, never by paths. */
export class PlaceBrowser {
  readonly #paths = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  async list(placeId: string | undefined): Promise<PlaceListing> {
    const path = placeId === undefined ? homedir() : this.pathOf(placeId);
    const entries = await readdir(path, { withFileTypes: true }).catch(() => {
      throw new AppError('file-unreadable', `The folder ${basename(path) || path} cannot be read.`);
    });
    const folders = entries
      .filter(
        (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
      )
      .map(({ name }) => this.#place(join(path, name)))
      .sort((a, b) => a.name.localeCompare(b.name));
    const audioFileCount = entries.filter(({ name }) => isAudioFile(Buffer.from(name))).length;
    return {
      place: { ...this.#place(path), path },
      parents: this.#parents(path),
      folders,
      audioFileCount,
    };
  }

  /** @throws AppError `not-found` for a place that was never shown */
  pathOf(placeId: string): string {
    const path = this.#paths.get(placeId);
    if (path === undefined)
      throw new AppError('not-found', 'That folder is not known. Choose it again.');
    return path;
  }

  #parents(path: string): Place[] {
    const parents: Place[] = [];
    for (let at = path; dirname(at) !== at; at = dirname(at))
      parents.unshift(this.#place(dirname(at)));
    return parents;
  }

  #place(path: string): Place {
    let placeId = this.#ids.get(path);
    if (!placeId) {
      placeId = randomUUID();
      this.#ids.set(path, placeId);
      this.#paths.set(placeId, path);
    }
    return { placeId, name: basename(path) || path };
  }
}
