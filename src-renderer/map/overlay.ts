import type { Point } from '../../src-main/drawing/map/camera.ts';
import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { NameRoom, PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { letter, nameFont, shortened } from './lettering.ts';
import { traceShape } from '../../src-main/drawing/map/shapes.ts';
import type { Sight } from './sight.ts';

/** Read when a frame is drawn: by then the theme has changed. */
export function coloursOf(element: HTMLElement): OverlayColours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name);
  return {
    background: read('--map'),
    text: read('--text'),
    soft: read('--soft'),
    accent: read('--accent'),
    lie: read('--danger'),
  };
}

/** Everything that is drawn above the points and changes without touching them. */
export interface Marks {
  /** Points that stay bright while the rest is dimmed; null dims nothing. */
  bright: number[] | null;
  /** True neighbours of the focused point, and whether the map shows them near; null: not known. */
  truth: { point: number; isNear: boolean | null }[];
  /** Points that were placed since the map was drawn. */
  added: readonly number[];
  /** Points of the queue, in its order. */
  queue: number[];
  neighbours: number[];
  /** Where lines to the neighbours begin; -1: none. */
  seed: number;
  focused: number;
  hovered: number;
  playing: number;
  /** What is being drawn with the pointer, in pixels. */
  drawn: Point[];
  /** Whether `drawn` is an area or a line. */
  isDrawnClosed: boolean;
}

/** A picture and words beside a dot, where one has come so near that there is room. */
export interface CloseUpItem {
  point: number;
  title: string;
  artist: string;
  image: CanvasImageSource | null;
}

export interface OverlayColours {
  background: string;
  text: string;
  soft: string;
  accent: string;
  /** Where the map does not show what is true. */
  lie: string;
}

/** Says where the names of the regions go, beside what is taken. */
export type NameLayout = (room: Pick<NameRoom, 'taken' | 'measure'>) => PlacedName[];

export interface Scene {
  sight: Pick<Sight, 'pixelOf'>;
  grouping: Grouping;
  layOutNames: NameLayout;
  /** Id of the region whose name stands out, or null. */
  strongRegion: number | null;
  /** Where something else lies over the map. */
  covered: Box[];
  marks: Marks;
  closeUp: CloseUpItem[];
  /** Diameter of a plain dot in pixels. */
  dotSize: number;
  colours: OverlayColours;
}

const TITLE_FONT = '600 12px system-ui, sans-serif';
const ARTIST_FONT = '11px system-ui, sans-serif';
/** To the nearest neighbours alone; the others are ringed. */
const MOST_LINES = 15;
const PICTURE = 40;
/** Side of the room that a dot in focus has. */
const POINTED_OUT = 24;
const TITLE_WIDTH = 150;

/** Makes the canvas as sharp as the screen and clears it. */
export function prepareCanvas(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  const { clientWidth, clientHeight } = canvas;
  const width = Math.round(clientWidth * ratio);
  const height = Math.round(clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  return context;
}

/**
 * Draws marks, pictures and names.
 * @param size in CSS pixels
 * @returns where the names of the regions are
 */
export function drawScene(
  context: CanvasRenderingContext2D,
  size: [number, number],
  scene: Scene,
): PlacedName[] {
  const brush = new Brush(context, size, scene);
  const { marks, colours, dotSize } = scene;
  const radius = Math.max(4, dotSize / 2 + 1);
  brush.added(marks.added, radius);
  if (marks.bright) brush.dimAllBut(marks.bright, radius);
  if (marks.seed >= 0) brush.lines(marks.seed, marks.neighbours);
  if (marks.focused >= 0) brush.truth(marks.focused, marks.truth);
  brush.route(marks.queue);
  for (const i of marks.neighbours) brush.ringed(i, radius - 1, colours.accent, 1.25);
  const names = brush.names(brush.closeUps());
  if (marks.playing >= 0) brush.playing(marks.playing, radius + 1);
  if (marks.focused >= 0) brush.ringed(marks.focused, radius + 1, colours.accent, 3);
  if (marks.hovered >= 0) brush.ringed(marks.hovered, radius + 1, colours.text, 2);
  brush.drawn();
  return names;
}

class Brush {
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

  /** @returns where they lie */
  closeUps(): Box[] {
    const boxes = this.#scene.closeUp.flatMap((item) => {
      const place = this.#pixel(item.point);
      if (!place) return [];
      const [left, top] = [place.x - PICTURE / 2, place.y - PICTURE / 2];
      return [{ item, left, top, width: 200, height: PICTURE + 6 }];
    });
    const placed = placeBoxes(boxes.map((box) => [box]));
    for (const { item, left, top } of placed) this.#closeUp(item, left, top);
    return placed;
  }

  #closeUp({ image, title, artist, point }: CloseUpItem, left: number, top: number): void {
    const context = this.#context;
    const { groups, groupOf } = this.#scene.grouping;
    const { text, soft } = this.#scene.colours;
    if (image) {
      context.save();
      context.beginPath();
      context.roundRect(left, top, PICTURE, PICTURE, 6);
      context.clip();
      context.drawImage(image, left, top, PICTURE, PICTURE);
      context.restore();
      context.beginPath();
      context.roundRect(left, top, PICTURE, PICTURE, 6);
      context.strokeStyle = groups[groupOf[point]].colour;
      context.lineWidth = 2.5;
      context.stroke();
    }
    const x = left + (image ? PICTURE : PICTURE / 2 + 6) + 8;
    const middle = top + PICTURE / 2;
    this.#writeShort(title, { x, y: artist ? middle - 7 : middle }, TITLE_FONT, text);
    if (artist) this.#writeShort(artist, { x, y: middle + 8 }, ARTIST_FONT, soft);
  }

  names(closeUps: Box[]): PlacedName[] {
    const { layOutNames, covered, strongRegion, colours } = this.#scene;
    const context = this.#context;
    const measure = (text: string, level: number): number => {
      context.font = nameFont(level);
      return context.measureText(text).width;
    };
    const placed = layOutNames({
      taken: [...covered, ...closeUps, ...this.#pointedOut()],
      measure,
    });
    for (const { region, opacity, left, top, width: wide, height: high } of placed) {
      const isStrong = region.id === strongRegion;
      const colour = isStrong ? colours.accent : region.level < 2 ? colours.text : colours.soft;
      const x = left + (wide - measure(region.name, region.level)) / 2;
      context.globalAlpha = isStrong ? 1 : opacity;
      this.#write(region.name, { x, y: top + high / 2 }, nameFont(region.level), colour);
      context.globalAlpha = 1;
    }
    return placed;
  }

  /** Around the dots that a name must not hide. */
  #pointedOut(): Box[] {
    const { focused, playing } = this.#scene.marks;
    return [focused, playing].flatMap((i) => {
      const place = i < 0 ? null : this.#pixel(i);
      if (!place) return [];
      const [left, top] = [place.x - POINTED_OUT / 2, place.y - POINTED_OUT / 2];
      return [{ left, top, width: POINTED_OUT, height: POINTED_OUT }];
    });
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

  #write(words: string, place: Point, font: string, colour: string): void {
    letter(this.#context, words, place, { font, colour, ground: this.#scene.colours.background });
  }

  #writeShort(words: string, place: Point, font: string, colour: string): void {
    this.#context.font = font;
    this.#write(shortened(this.#context, words, TITLE_WIDTH), place, font, colour);
  }
}
