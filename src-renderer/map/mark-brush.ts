import type { Point } from '../../src-main/drawing/map/camera.ts';
import { traceShape } from '../../src-main/drawing/map/shapes.ts';
import type { Marks, Scene } from './overlay.ts';

/** To the nearest neighbours alone; the others are ringed. */
const MOST_LINES = 15;

/** Draws what is marked of the dots, and what is being drawn with the pointer. */
export class MarkBrush {
  readonly #context: CanvasRenderingContext2D;
  readonly #size: [number, number];
  readonly #scene: Scene;

  constructor(context: CanvasRenderingContext2D, size: [number, number], scene: Scene) {
    this.#context = context;
    this.#size = size;
    this.#scene = scene;
  }

  dimAllBut(bright: number[], radius: number): void {
    const context = this.#context;
    const { groups, groupOf } = this.#scene.grouping;
    context.globalAlpha = 0.8;
    context.fillStyle = this.#scene.colours.background;
    context.fillRect(0, 0, ...this.#size);
    context.globalAlpha = 1;
    const places = groups.map(() => [] as Point[]);
    for (const i of bright) {
      const place = this.#seen(i);
      if (place) places[groupOf[i]].push(place);
    }
    const isCrowd = bright.length > 5000;
    places.forEach((members, group) => {
      context.fillStyle = groups[group].colour;
      context.beginPath();
      for (const { x, y } of members) {
        if (isCrowd) context.rect(x - 1.5, y - 1.5, 3, 3);
        else traceShape(context, groups[group].shape, x, y, radius);
      }
      context.fill();
    });
  }

  /** A thin ring around what is new. */
  added(points: readonly number[], radius: number): void {
    this.#stroke(this.#scene.colours.text, 1, 0.7, (context) => {
      for (const i of points) {
        const place = this.#seen(i);
        if (!place) continue;
        context.moveTo(place.x + radius + 2, place.y);
        context.arc(place.x, place.y, radius + 2, 0, 2 * Math.PI);
      }
    });
  }

  lines(from: number, targets: number[]): void {
    const start = this.#pixel(from);
    if (!start) return;
    this.#stroke(this.#scene.colours.accent, 1, 0.45, (context) => {
      for (const target of targets.slice(0, MOST_LINES)) {
        const end = this.#pixel(target);
        if (!end) continue;
        context.moveTo(start.x, start.y);
        context.lineTo(end.x, end.y);
      }
    });
  }

  /** To what is near on the map too a line; to what the map shows elsewhere a faint dashed one. */
  truth(from: number, neighbours: Marks['truth']): void {
    const start = this.#pixel(from);
    if (!start) return;
    const { accent, lie } = this.#scene.colours;
    const context = this.#context;
    for (const { point, isNear } of neighbours) {
      const end = this.#pixel(point);
      if (!end) continue;
      const isLie = isNear === false;
      context.setLineDash(isLie ? [4, 5] : []);
      this.#stroke(isLie ? lie : accent, isLie ? 1.5 : 1.25, isLie ? 0.75 : 0.6, () => {
        context.moveTo(start.x, start.y);
        context.lineTo(end.x, end.y);
      });
      context.setLineDash([]);
      if (isLie) this.#ring(end, 7, lie, 1.5);
    }
  }

  /** The way that the queue takes over the map. */
  route(queue: number[]): void {
    if (queue.length < 2) return;
    this.#context.setLineDash([2, 5]);
    this.#stroke(this.#scene.colours.soft, 1.5, 0.8, (context) => {
      for (const i of queue) {
        const place = this.#pixel(i);
        if (place) context.lineTo(place.x, place.y);
      }
    });
    this.#context.setLineDash([]);
  }

  ringed(i: number, radius: number, colour: string, line: number): void {
    const place = this.#pixel(i);
    if (!place) return;
    const { x, y } = place;
    const { groups, groupOf } = this.#scene.grouping;
    const { colour: fill, shape } = groups[groupOf[i]];
    const context = this.#context;
    context.fillStyle = fill;
    context.beginPath();
    traceShape(context, shape, x, y, radius);
    context.fill();
    this.#ring({ x, y }, radius + line / 2 + 1.5, colour, line);
  }

  playing(i: number, radius: number): void {
    const { text } = this.#scene.colours;
    this.ringed(i, radius, text, 2);
    const place = this.#pixel(i);
    if (place) this.#ring(place, radius + 8, text, 1);
  }

  drawn(): void {
    const { marks, colours } = this.#scene;
    if (marks.drawn.length < 2) return;
    const context = this.#context;
    this.#stroke(colours.accent, marks.isDrawnClosed ? 1.5 : 4, 1, () => {
      for (const { x, y } of marks.drawn) context.lineTo(x, y);
      if (marks.isDrawnClosed) context.closePath();
    });
    if (!marks.isDrawnClosed) return;
    context.globalAlpha = 0.12;
    context.fillStyle = colours.accent;
    context.fill();
    context.globalAlpha = 1;
  }

  #pixel(i: number): Point | null {
    return this.#scene.sight.pixelOf(i);
  }

  /** Null where it is not within the frame. */
  #seen(i: number): Point | null {
    const place = this.#pixel(i);
    const [width, height] = this.#size;
    const isSeen = place && place.x >= 0 && place.y >= 0 && place.x <= width && place.y <= height;
    return isSeen ? place : null;
  }

  #ring({ x, y }: Point, radius: number, colour: string, line: number): void {
    this.#stroke(colour, line, 1, (context) => context.arc(x, y, radius, 0, 2 * Math.PI));
  }

  #stroke(
    colour: string,
    line: number,
    alpha: number,
    trace: (context: CanvasRenderingContext2D) => void,
  ): void {
    const context = this.#context;
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.lineJoin = 'round';
    context.beginPath();
    trace(context);
    context.stroke();
    context.globalAlpha = 1;
  }
}
