import type { DotLook, View } from '../../src-main/drawing/map/camera.ts';
import { traceShape } from '../../src-main/drawing/map/shapes.ts';
import type { Shape } from '../../src-main/drawing/map/shapes.ts';
import { PointProgram } from './point-program.ts';

/** Points of one colour. */
export interface ColouredPoints {
  colour: string;
  shape: Shape;
  /** x, y (, z) one after another. */
  coordinates: Float32Array;
  /** Of what is usual; 1 for what is not faint. */
  opacity: number;
}

/** Fewer points are drawn all the time, whatever it takes. */
const MANY = 50_000;
/** At least so many are drawn while the map moves. */
const FEWEST = 6000;
/** A frame that took longer, in milliseconds, asks for fewer points in the next one; … */
const SLOW_FRAME = 45;
/** … one that was quicker for more. */
const QUICK_FRAME = 20;
/** How the dots grow where fewer are drawn, as a power of one of how many. */
const GROWTH = 0.25;
/** A view that stays for so long, in milliseconds, is drawn with all points. */
const REST = 400;

/**
 * The dots of the flat map. They are uploaded once and stay on the graphics card while the view moves; where it
 * is too slow for all of them, a half, a quarter … is drawn, larger, until the view rests. Without a graphics
 * card they are drawn plainly. Picking, names and marks are done above it.
 */
export class PointLayer {
  readonly #canvas = document.createElement('canvas');
  readonly #program: PointProgram | null;
  readonly #plain: CanvasRenderingContext2D | null;
  #groups: ColouredPoints[] = [];
  #count = 0;
  #look: DotLook = { size: 2, opacity: 1 };
  #view: View | null = null;
  /** Whether what is on the screen no longer holds, for another reason than the view. */
  #isStale = true;
  /** While the view moves, one of so many points is drawn. */
  #step = 1;
  #next = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%';
    element.append(this.#canvas);
    this.#program = PointProgram.on(this.#canvas, () => this.#draw(1));
    this.#plain = this.#program ? null : this.#canvas.getContext('2d');
    this.resize();
  }

  setPoints(groups: ColouredPoints[]): void {
    this.#groups = groups.map((group) => ({ ...group, coordinates: mixed(group.coordinates) }));
    this.#count = groups.reduce((sum, { coordinates }) => sum + coordinates.length / 2, 0);
    this.#step = 1;
    this.#isStale = true;
    this.#program?.upload(this.#groups);
  }

  /** Draws a view at once, unless it is what is drawn already. */
  show(view: View, look: DotLook): void {
    const isSame = isEqual(view, this.#view) && isEqual(look, this.#look);
    if (!this.#isStale && isSame) return;
    this.#view = view;
    this.#look = look;
    const step = this.#isStale ? 1 : this.#step;
    this.#draw(step);
    if (this.#count > MANY) this.#adapt(step > 1);
  }

  /** All points as they lie now, for an exported picture; to be read at once. */
  picture(): HTMLCanvasElement {
    this.#draw(1);
    return this.#canvas;
  }

  resize(): void {
    const width = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    const height = Math.round(this.#canvas.clientHeight * devicePixelRatio);
    if (width === this.#canvas.width && height === this.#canvas.height) return;
    Object.assign(this.#canvas, { width, height });
    this.#draw(1);
  }

  dispose(): void {
    cancelAnimationFrame(this.#next);
    clearTimeout(this.#rest);
    this.#program?.dispose();
    this.#canvas.remove();
  }

  /** Where the next frame comes late, drawing took too long. What was left out is drawn when none follows. */
  #adapt(isCoarse: boolean): void {
    const started = performance.now();
    clearTimeout(this.#rest);
    cancelAnimationFrame(this.#next);
    this.#next = requestAnimationFrame(() => {
      const took = performance.now() - started;
      if (took > SLOW_FRAME) this.#step *= 2 ** Math.ceil(Math.log2(took / SLOW_FRAME));
      else if (took < QUICK_FRAME) this.#step /= 2;
      this.#step = Math.max(1, Math.min(this.#count / FEWEST, this.#step));
      if (isCoarse) this.#rest = setTimeout(() => this.#draw(1), REST);
    });
  }

  /** @param step one of so many points */
  #draw(step: number): void {
    if (!this.#view || this.#canvas.width === 0) return;
    this.#isStale = false;
    const look = { ...this.#look, size: this.#look.size * step ** GROWTH };
    if (this.#program) this.#program.draw(this.#view, look, devicePixelRatio, step);
    else if (this.#plain) this.#drawPlainly(this.#plain, this.#view, look, step);
  }

  #drawPlainly(
    context: CanvasRenderingContext2D,
    { scale, offsetX, offsetY }: View,
    look: DotLook,
    step: number,
  ): void {
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    for (const { colour, shape, opacity, coordinates } of this.#groups) {
      context.globalAlpha = opacity * look.opacity;
      context.fillStyle = colour;
      for (let i = 0; i < coordinates.length / step; i += 2) {
        const x = coordinates[i] * scale + offsetX;
        const y = offsetY - coordinates[i + 1] * scale;
        if (x < 0 || y < 0 || x > width || y > height) continue;
        context.beginPath();
        traceShape(context, shape, x, y, look.size / 2);
        context.fill();
      }
    }
  }
}

function isEqual<Value extends object>(a: Value, b: Value | null): boolean {
  return b !== null && (Object.keys(a) as (keyof Value)[]).every((key) => a[key] === b[key]);
}

/** The points in another order, of which every beginning is spread over all of them. */
function mixed(coordinates: Float32Array): Float32Array {
  const count = coordinates.length / 2;
  const result = new Float32Array(coordinates.length);
  const stride = strideOf(count);
  for (let i = 0, from = 0; i < count; i++, from = (from + stride) % count) {
    result[2 * i] = coordinates[2 * from];
    result[2 * i + 1] = coordinates[2 * from + 1];
  }
  return result;
}

/** About the golden section of a number, and without a common divisor, so that it meets all below. */
function strideOf(count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.max(1, Math.round(count * 0.618));
  while (divisor(stride, count) > 1) stride++;
  return stride;
}
