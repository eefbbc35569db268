import { ease } from '../../src-main/drawing/map/camera.ts';
import { mix } from './moving-points.ts';

/** Dots on their way from one place to another. Whoever wants to see the end at once calls `stop`. */
export class Morph {
  /** x, y one after another; null while nothing moves. */
  now = $state.raw<Float32Array | null>(null);
  #frame = 0;

  /** People who want less motion see the end at once. */
  start(from: Float32Array, to: Float32Array, milliseconds: number): void {
    this.stop();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let started = 0;
    this.now = from;
    const step = (time: number): void => {
      started ||= time;
      const share = (time - started) / milliseconds;
      if (share >= 1) return this.stop();
      this.now = mix(from, to, ease(share));
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.now = null;
  }
}
