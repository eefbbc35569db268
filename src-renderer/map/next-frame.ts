/**
 * Draws in the next frame: of everyone who asks, what was asked for last, and all of it in one frame, so that layers
 * never drift apart. It looks once more in the frame after: what a flight asks for in every frame is drawn in that
 * frame, not put off from each to the next.
 */
export class NextFrame {
  readonly #draws = new Map<symbol, () => void>();
  #frame = 0;

  ask(who: symbol, draw: () => void): void {
    this.#draws.set(who, draw);
    if (this.#frame === 0) this.#await();
  }

  cancel(who: symbol): void {
    this.#draws.delete(who);
  }

  #await(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const draws = [...this.#draws.values()];
      this.#draws.clear();
      for (const draw of draws) draw();
      if (draws.length > 0) this.#await();
    });
  }
}
