import type { View } from '../../src-main/drawing/map/camera.ts';
import { traceShape } from '../../src-main/drawing/map/shapes.ts';
import type { Shape } from '../../src-main/drawing/map/shapes.ts';
import { PointProgram } from './point-program.ts';

/** Points of one colour. */
export interface ColouredPoints {
  colour: string;
  shape: Shape;
  /** x, y (, z) one after another. */
  coordinates: Float32Array;
  opacity: number;
}

/** Fewer points are drawn all the time, whatever it takes. */
const MANY = 50_000;
/** A frame that took longer, in milliseconds, asks for fewer points in the next one. */
const SLOW_FRAME = 45;
/** Of so many points at least one is drawn while the map moves. */
const COARSEST = 16;
/** Frames that are further apart belong to two movements. */
const PAUSE = 250;

/**
 * The dots of the flat map. They are uploaded once and stay on the graphics card while the view moves; where it
 * is too slow for all of them, every second, fourth … is drawn until the view rests. Without a graphics card
 * they are drawn plainly. Picking, names and marks are done above it.
 */
export class PointLayer {
  readonly #canvas = document.createElement('canvas');
  readonly #program: PointProgram | null;
  readonly #plain: CanvasRenderingContext2D | null;
  #groups: ColouredPoints[] = [];
  #count = 0;
  #dotSize = 2;
  #view: View | null = null;
  /** Whether what is on the screen no longer holds for the view. */
  #isStale = true;
  #step = 1;
  #lastShown = -Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%';
    element.append(this.#canvas);
    this.#program = PointProgram.on(this.#canvas, () => this.#draw(1));
    this.#plain = this.#program ? null : this.#canvas.getContext('2d');
    this.resize();
  }

  /** @param dotSize diameter in pixels */
  setPoints(groups: ColouredPoints[], dotSize: number): void {
    this.#groups = groups;
    this.#count = groups.reduce((sum, { coordinates }) => sum + coordinates.length / 2, 0);
    this.#dotSize = dotSize;
    this.#step = 1;
    this.#isStale = true;
    this.#program?.upload(groups);
  }

  setDotSize(dotSize: number): void {
    this.#isStale ||= dotSize !== this.#dotSize;
    this.#dotSize = dotSize;
  }

  /** Draws a view at once, unless it is what is drawn already. */
  show(view: View): void {
    if (!this.#isStale && isSame(view, this.#view)) return;
    const now = performance.now();
    const sinceLast = now - this.#lastShown;
    this.#lastShown = now;
    this.#view = view;
    const isMoving = sinceLast < PAUSE && this.#count > MANY;
    if (isMoving && sinceLast > SLOW_FRAME) this.#step = Math.min(COARSEST, 2 * this.#step);
    this.#draw(isMoving ? this.#step : 1);
    clearTimeout(this.#rest);
    if (isMoving && this.#step > 1) this.#rest = setTimeout(() => this.#draw(1), PAUSE);
  }

  /** All points as they lie now, for an exported picture; to be read at once. */
  picture(): HTMLCanvasElement {
    this.#draw(1);
    return this.#canvas;
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.#draw(1);
  }

  dispose(): void {
    clearTimeout(this.#rest);
    this.#program?.dispose();
    this.#canvas.remove();
  }

  /** @param step one of so many points */
  #draw(step: number): void {
    if (!this.#view || this.#canvas.width === 0) return;
    this.#isStale = false;
    if (this.#program) this.#program.draw(this.#view, this.#dotSize, devicePixelRatio, step);
    else if (this.#plain) this.#drawPlainly(this.#plain, this.#view, step);
  }

  #drawPlainly(
    context: CanvasRenderingContext2D,
    { scale, offsetX, offsetY }: View,
    step: number,
  ): void {
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    for (const { colour, shape, opacity, coordinates } of this.#groups) {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      for (let i = 0; i < coordinates.length; i += 2 * step) {
        const x = coordinates[i] * scale + offsetX;
        const y = offsetY - coordinates[i + 1] * scale;
        if (x < 0 || y < 0 || x > width || y > height) continue;
        context.beginPath();
        traceShape(context, shape, x, y, this.#dotSize / 2);
        context.fill();
      }
    }
  }
}

const isSame = (a: View, b: View | null): boolean =>
  b !== null && a.scale === b.scale && a.offsetX === b.offsetX && a.offsetY === b.offsetY;
