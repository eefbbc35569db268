/** Segments of one track that wait in the parent for a device: about two batches of the largest. */
const MOST_SEGMENT_BYTES = 8 * 1024 * 1024;

/** Holds whoever makes something that others must take first. */
export class Backpressure {
  #bytes = 0;
  #held: { promise: Promise<void>; release(): void } | null = null;

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes >= MOST_SEGMENT_BYTES) return;
    this.#held?.release();
    this.#held = null;
  }

  /** Null where there is room, else what settles once there is. */
  hold(): Promise<void> | null {
    if (this.#bytes < MOST_SEGMENT_BYTES) return null;
    if (!this.#held) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#held = { promise, release: resolve };
    }
    return this.#held.promise;
  }
}
