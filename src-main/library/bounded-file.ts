import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';

const WINDOW = 16 * 1024;

/**
 * A file as the tag parser reads it: as ranges of a `Blob`. However large the file and whatever its bytes
 * say, only so many bytes and ranges are read; a path may be any bytes. Small ranges come out of one window.
 */
export class BoundedFile {
  readonly size: number;
  readonly type: string;
  readonly #file: FileHandle;
  #bytesLeft: number;
  #rangesLeft: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  private constructor(file: FileHandle, size: number, type: string, limits: ReadLimits) {
    this.#file = file;
    this.size = size;
    this.type = type;
    this.#bytesLeft = limits.bytes;
    this.#rangesLeft = limits.ranges;
  }

  /** `type`: the media type that chooses the parser; empty where the content shall choose it. */
  static async open(path: Buffer, type: string, limits: ReadLimits): Promise<BoundedFile> {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    return new BoundedFile(file, size, type, limits);
  }

  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } {
    return { arrayBuffer: () => this.#read(start, Math.min(end, this.size)) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #read(start: number, end: number): Promise<ArrayBuffer> {
    if (--this.#rangesLeft < 0) throw new AppError('timeout', 'The tags do not end.');
    const isInWindow = start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!isInWindow) {
      this.#window = await this.#readBytes(start, Math.max(end - start, WINDOW));
      this.#windowStart = start;
    }
    const from = start - this.#windowStart;
    return new Uint8Array(this.#window.subarray(from, from + end - start)).buffer;
  }

  async #readBytes(start: number, length: number): Promise<Buffer> {
    this.#bytesLeft -= length;
    if (this.#bytesLeft < 0) throw new AppError('timeout', 'The tags are too large.');
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }
}

export interface ReadLimits {
  bytes: number;
  ranges: number;
}
