/** What the analysis itself may take for one file; it hears of it in words. */
export const TIMEOUT_SECONDS = 900;
/** A process that does not even answer that it took too long hangs. */
const HANG_MILLISECONDS = (TIMEOUT_SECONDS + 60) * 1000;

/** Bites once where a process shows no sign of life for too long. */
export class Watchdog {
  readonly #bite: () => void;
  #timer: NodeJS.Timeout;
  hasBitten = false;
  #isOver = false;

  constructor(bite: () => void) {
    this.#bite = bite;
    this.#timer = this.#start();
  }

  /** A sign of life. */
  restart(): void {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = this.#start();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.hasBitten = true;
      this.#bite();
    }, HANG_MILLISECONDS);
  }
}
