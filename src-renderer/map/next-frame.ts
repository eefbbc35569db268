/**
 * Draws in the next frame, once and what was asked for last. It looks once more in the frame after: what a flight
 * asks for in every frame is drawn in that frame, not put off from each to the next.
 */
export class NextFrame {
  #draw: (() => void) | null = null;
  #frame = 0;

  ask(draw: () => void): void {
    this.#draw = draw;
    if (this.#frame === 0) this.#await();
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #await(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const draw = this.#draw;
      this.#draw = null;
      if (!draw) return;
      draw();
      this.#await();
    });
  }
}
