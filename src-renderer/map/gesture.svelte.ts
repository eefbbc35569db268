import type { Point } from '../../src-main/drawing/map/camera.ts';
import type { MapTool } from './tools.ts';

/** A pointer that moved less, in pixels, has clicked. */
const CLICK_PIXELS = 4;
/** One that stayed for so long was held. */
const HOLD_MILLISECONDS = 500;

/** What the pointer does from going down to coming up: a click, a drag of the map, or a shape that is drawn. */
export class Gesture {
  /** What is drawn so far, in pixels. */
  shape = $state.raw<Point[]>([]);
  tool = $state<MapTool>('move');
  #start: Point | null = null;
  #last: Point = { x: 0, y: 0 };
  #began = 0;
  #hasMoved = false;

  /** Whether it can no longer be a click. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** Whether it has stayed where it went down for a while. */
  get isHeld(): boolean {
    return this.isOn && !this.#hasMoved && performance.now() - this.#began > HOLD_MILLISECONDS;
  }

  get isOn(): boolean {
    return this.#start !== null;
  }

  /** Whether what is drawn encloses something. */
  get isClosed(): boolean {
    return this.tool !== 'path';
  }

  begin(pixel: Point, tool: MapTool): void {
    this.#start = this.#last = pixel;
    this.#began = performance.now();
    this.#hasMoved = false;
    this.tool = tool;
  }

  /** @returns by how much the map is dragged, or null */
  moveTo(pixel: Point): Point | null {
    if (!this.#start) return null;
    const { x, y } = this.#start;
    if (Math.hypot(pixel.x - x, pixel.y - y) > CLICK_PIXELS) this.#hasMoved = true;
    if (!this.#hasMoved) return null;
    const last = this.#last;
    this.#last = pixel;
    if (this.tool === 'move') return { x: pixel.x - last.x, y: pixel.y - last.y };
    if (this.tool === 'box') this.shape = boxBetween(this.#start, pixel);
    else this.shape = this.shape.length > 0 ? [...this.shape, pixel] : [this.#start, pixel];
    return null;
  }

  /** @returns what was drawn; nothing after a drag of the map; null after a click */
  end(): Point[] | null {
    const shape = this.#hasMoved || !this.#start ? this.shape : null;
    this.cancel();
    return shape;
  }

  cancel(): void {
    this.#start = null;
    this.shape = [];
  }
}

export const boxBetween = (a: Point, b: Point): Point[] => [
  a,
  { x: b.x, y: a.y },
  b,
  { x: a.x, y: b.y },
];
