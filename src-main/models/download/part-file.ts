import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Where the part came from, and what tells that the rest still belongs to it. */
interface PartOrigin {
  url: string;
  /** A strong ETag or a date, for `If-Range`; null where the publisher gives neither. */
  validator: string | null;
}

/** What has arrived of a file, beside the place where the whole will be. */
export class PartFile {
  readonly path: string;
  readonly #originPath: string;

  constructor(wholePath: string) {
    this.path = `${wholePath}.part`;
    this.#originPath = `${wholePath}.part.json`;
  }

  /** Bytes that are there; 0 where nothing is. */
  size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  origin(): PartOrigin | null {
    try {
      const { url, validator } = JSON.parse(readFileSync(this.#originPath, 'utf8')) as PartOrigin;
      return { url, validator: typeof validator === 'string' ? validator : null };
    } catch {
      return null;
    }
  }

  setOrigin(origin: PartOrigin): void {
    writeFileSync(this.#originPath, JSON.stringify(origin));
  }

  forgetOrigin(): void {
    rmSync(this.#originPath, { force: true });
  }

  delete(): void {
    this.forgetOrigin();
    rmSync(this.path, { force: true });
  }
}
