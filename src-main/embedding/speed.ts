const WINDOW_MS = 60_000;

/** How fast a model has heard music over the last minute of its work. */
export class Speed {
  #finished: { at: number; seconds: number }[] = [];
  #startedAt: number | null = null;

  /** Its first track is on its way, or the first one after a rest. */
  start(now: number): void {
    if (this.#startedAt !== null) return;
    this.#startedAt = now;
    this.#finished = [];
  }

  rest(): void {
    this.#startedAt = null;
  }

  add(now: number, seconds: number): void {
    this.#finished.push({ at: now, seconds });
    while (now - this.#finished[0].at > WINDOW_MS) this.#finished.shift();
  }

  /** Seconds of music per second; null before the first track. */
  at(now: number): number | null {
    if (this.#startedAt === null || this.#finished.length === 0) return null;
    const total = this.#finished.reduce((sum, { seconds }) => sum + seconds, 0);
    const wallMs = Math.max(1, Math.min(WINDOW_MS, now - this.#startedAt));
    return (1000 * total) / wallMs;
  }
}
