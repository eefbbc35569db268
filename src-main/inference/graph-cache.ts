import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Provider } from './contract.ts';
import type { NetworkFile } from './network.ts';
import { ortVersion } from './ort.ts';

/** Optimised networks are about as large as the files they were made of. */
const KEPT = 8;

/** Networks as ONNX Runtime optimised them for a device of this machine, so that it need not do so again. */
export class GraphCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the optimised form of this file lies or would lie. Throws where the file is not there. */
  async pathOf(network: NetworkFile, provider: Provider): Promise<string> {
    const { size, mtimeMs } = await stat(network.path);
    const { path, sha256, innerOutput, pooled } = network;
    // Optimised for the processor means: for the registers of this one.
    const machine = [process.arch, cpus()[0]?.model];
    const parts = [sha256 ?? path, size, mtimeMs, innerOutput, pooled, provider, machine];
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
    return join(this.#folder, `${key}-${provider}-${ortVersion()}.onnx`);
  }

  async has(path: string): Promise<boolean> {
    try {
      const now = new Date();
      await utimes(path, now, now); // The ones used last are kept.
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Has `write` make the file under another name and puts it in place; then the oldest go.
   * What `write` answers is passed on.
   */
  async keep<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      const answer = await write(temporary);
      await rename(temporary, path);
      await this.#dropOldest();
      return answer;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async drop(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async #dropOldest(): Promise<void> {
    const files = (await readdir(this.#folder)).map((name) => join(this.#folder, name));
    const dated = await Promise.all(
      files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })),
    );
    const old = dated.toSorted((a, b) => b.at - a.at).slice(KEPT);
    for (const { file } of old) await this.drop(file);
  }
}
