import { press } from './stamp.ts';
import type { Stamp } from './stamp.ts';

export type Rgb = readonly [number, number, number];

/** A picture in memory. */
export class Raster {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, background: Rgb) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(4 * width * height);
    new Uint32Array(this.pixels.buffer).fill(packed(background));
  }

  /** The middle of the stamp comes to lie at (x, y). @param alpha 0 to 1 */
  press(stamp: Stamp, x: number, y: number, colour: Rgb, alpha: number): void {
    press(this.pixels, this.width, stamp, x, y, colour, alpha);
  }

  /** Lines with round ends, each [x, y, x, y …]; where they cross, they are no darker. */
  stroke(lines: number[][], thickness: number, colour: Rgb): void {
    const reach = thickness / 2 + 1;
    const box = this.#boxAround(lines, reach);
    if (!box) return;
    const coverage = new Uint8Array(box.width * box.height);
    for (const line of lines) {
      for (let i = 0; i + 3 < line.length; i += 2) {
        coverSegment(coverage, box, line.slice(i, i + 4), thickness);
      }
    }
    for (let at = 0; at < coverage.length; at++) {
      if (coverage[at] === 0) continue;
      const row = box.top + Math.floor(at / box.width);
      this.#blend(4 * (row * this.width + box.left + (at % box.width)), colour, coverage[at]);
    }
  }

  /** A rectangle over the whole height. */
  fillRight(left: number, colour: Rgb): void {
    const pixels = new Uint32Array(this.pixels.buffer);
    for (let y = 0; y < this.height; y++) {
      pixels.fill(packed(colour), y * this.width + Math.round(left), (y + 1) * this.width);
    }
  }

  #blend(at: number, colour: Rgb, coverage: number): void {
    colour.forEach((value, channel) => {
      const before = this.pixels[at + channel];
      this.pixels[at + channel] = before + ((value - before) * coverage) / 255;
    });
  }

  #boxAround(lines: number[][], reach: number): Box | null {
    let [left, top, right, bottom] = [this.width, this.height, 0, 0];
    for (const line of lines) {
      for (let i = 0; i < line.length; i += 2) {
        left = Math.min(left, Math.floor(line[i] - reach));
        right = Math.max(right, Math.ceil(line[i] + reach));
        top = Math.min(top, Math.floor(line[i + 1] - reach));
        bottom = Math.max(bottom, Math.ceil(line[i + 1] + reach));
      }
    }
    [left, top] = [Math.max(0, left), Math.max(0, top)];
    const width = Math.min(this.width, right) - left;
    const height = Math.min(this.height, bottom) - top;
    return width > 0 && height > 0 ? { left, top, width, height } : null;
  }
}

/** Pixels of a part of the picture. */
interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Raises the coverage of the pixels near a segment; a segment of no length is a dot. */
function coverSegment(
  coverage: Uint8Array,
  { left, top, width, height }: Box,
  [ax, ay, bx, by]: number[],
  thickness: number,
): void {
  const reach = thickness / 2 + 1;
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy || 1;
  const firstRow = Math.max(0, Math.floor(Math.min(ay, by) - reach) - top);
  const lastRow = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach) - top);
  const firstColumn = Math.max(0, Math.floor(Math.min(ax, bx) - reach) - left);
  const lastColumn = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach) - left);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = left + column + 0.5 - ax;
      const y = top + row + 0.5 - ay;
      const part = Math.max(0, Math.min(1, (x * dx + y * dy) / square));
      const distance = Math.hypot(x - part * dx, y - part * dy);
      const covered = Math.round(255 * Math.max(0, Math.min(1, thickness / 2 + 0.5 - distance)));
      const at = row * width + column;
      if (covered > coverage[at]) coverage[at] = covered;
    }
  }
}

/** One pixel as the computer keeps it in memory, opaque. */
const packed = ([red, green, blue]: Rgb): number =>
  new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
