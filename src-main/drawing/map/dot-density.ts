import { toMap } from './camera.ts';
import type { Extent, View } from './camera.ts';
import type { Box } from './place-boxes.ts';

/** Squares along one side of the map. */
const SIDE = 512;

/** How many dots lie where, counted once for all views: by squares, of which boxes take whole ones. */
export class DotDensity {
  /** Dots in all squares to the left and below, one row and column of zeros first. */
  readonly #sums = new Float64Array((SIDE + 1) ** 2);
  readonly #extent: Extent;

  /** @param extent of the coordinates */
  constructor(coordinates: Float32Array, extent: Extent) {
    this.#extent = extent;
    const sums = this.#sums;
    for (let i = 0; i < coordinates.length; i += 2) {
      const column = this.#square(coordinates[i], 0);
      const row = this.#square(coordinates[i + 1], 2);
      sums[(row + 1) * (SIDE + 1) + column + 1]++;
    }
    for (let at = SIDE + 2; at < sums.length; at++) {
      if (at % (SIDE + 1) === 0) continue;
      sums[at] += sums[at - 1] + sums[at - SIDE - 1] - sums[at - SIDE - 2];
    }
  }

  /** Dots in a box of the screen, rather too many than too few. */
  under({ left, top, width, height }: Box, view: View): number {
    if (width <= 0 || height <= 0) return 0;
    const from = toMap(view, { x: left, y: top + height });
    const to = toMap(view, { x: left + width, y: top });
    const [minX, maxX, minY, maxY] = this.#extent;
    if (from.x > maxX || to.x < minX || from.y > maxY || to.y < minY) return 0;
    const [first, last] = [this.#square(from.x, 0), this.#square(to.x, 0) + 1];
    const [bottom, above] = [this.#square(from.y, 2), this.#square(to.y, 2) + 1];
    const sum = (row: number, column: number): number => this.#sums[row * (SIDE + 1) + column];
    return sum(above, last) - sum(above, first) - sum(bottom, last) + sum(bottom, first);
  }

  /** @param axis 0: x, 2: y */
  #square(place: number, axis: 0 | 2): number {
    const [from, to] = [this.#extent[axis], this.#extent[axis + 1]];
    return Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * (place - from)) / (to - from))));
  }
}
