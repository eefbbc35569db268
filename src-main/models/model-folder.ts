import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { sha256Of } from './download/sha256.ts';
import type { ModelFile } from './manifest.ts';

/** What was found when a file was looked at for the first time. */
const record = z.object({
  /** The variant that the user chose. */
  variant: z.string().max(31).nullable().default(null),
  files: z
    .record(z.string(), z.object({ bytes: z.number(), modified: z.number(), sha256: z.string() }))
    .default({}),
});
type Record = z.output<typeof record>;

/** A file as `verify` saw it. */
export interface FoundFile {
  name: string;
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
  sha256: string;
}

const RECORD_NAME = '.checked.json';

/** The files of one model on this machine, and a record of what they were when they were first used. */
export class ModelFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** `unchecked` where nobody has looked at it, or it is not as it was then. */
  stateOf({ name }: ModelFile): 'absent' | 'unchecked' | 'ready' {
    const info = statSync(this.pathOf(name), { throwIfNoEntry: false });
    if (!info?.isFile()) return 'absent';
    const known = this.#read().files[name];
    const isSame = known?.bytes === info.size && known.modified === info.mtimeMs;
    return isSame ? 'ready' : 'unchecked';
  }

  /** The SHA-256 of a file that is ready, or of what it was at first. */
  knownHash({ name, sha256 }: ModelFile): string | undefined {
    return sha256 ?? this.#read().files[name]?.sha256;
  }

  /** Against the manifest, and against what it was at its first use. It counts from `accept` on. */
  async #verify(file: ModelFile): Promise<FoundFile> {
    const { name } = file;
    const info = statSync(this.pathOf(name));
    if (file.bytes !== undefined && info.size !== file.bytes) {
      throw new AppError(
        'model-invalid',
        `${name} has ${info.size} bytes where ${file.bytes} were published: it is another file, or not whole.`,
      );
    }
    const sha256 = await sha256Of(this.pathOf(name));
    const expected = this.knownHash(file);
    if (expected !== undefined && sha256 !== expected) {
      const when = file.sha256 ? 'was published' : 'it was at its first use';
      throw new AppError(
        'model-invalid',
        `${name} is not the file that ${when}: its SHA-256 is ${sha256}, not ${expected}.`,
      );
    }
    return { name, bytes: info.size, modified: info.mtimeMs, sha256 };
  }

  /** @throws AppError `model-invalid` where one is another file than was published or used at first */
  async verifyAll(files: ModelFile[]): Promise<FoundFile[]> {
    const found: FoundFile[] = [];
    for (const file of files) found.push(await this.#verify(file));
    return found;
  }

  /** From now on the files are these and the variant is the one in use. */
  accept(variant: string, found: FoundFile[]): void {
    const { files } = this.#read();
    for (const { name, ...rest } of found) files[name] = rest;
    this.#write({ variant, files });
  }

  chosenVariant(): string | null {
    return this.#read().variant;
  }

  choose(variant: string): void {
    this.#write({ ...this.#read(), variant });
  }

  /** Bytes that are here; 0 where the file is not. */
  sizeOf({ name }: { name: string }): number {
    return statSync(this.pathOf(name), { throwIfNoEntry: false })?.size ?? 0;
  }

  bytesOnDisk(): number {
    return this.#names().reduce((sum, name) => sum + this.sizeOf({ name }), 0);
  }

  delete(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #names(): string[] {
    try {
      return readdirSync(this.path);
    } catch {
      return [];
    }
  }

  /** A record that cannot be read is as none: the files are looked at again. */
  #read(): Record {
    try {
      return record.parse(JSON.parse(readFileSync(this.pathOf(RECORD_NAME), 'utf8')));
    } catch {
      return record.parse({});
    }
  }

  #write(next: Record): void {
    mkdirSync(this.path, { recursive: true });
    const beside = this.pathOf(`${RECORD_NAME}.part`);
    writeFileSync(beside, JSON.stringify(next));
    renameSync(beside, this.pathOf(RECORD_NAME));
  }
}
