import type { Point } from '../../src-main/drawing/map/camera.ts';
import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { NameRoom, PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { MarkBrush } from './mark-brush.ts';
import type { Sight } from './sight.ts';
import { WordBrush } from './word-brush.ts';

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
  const brush = new MarkBrush(context, size, scene);
  const words = new WordBrush(context, scene);
  const { marks, colours, dotSize } = scene;
  const radius = Math.max(4, dotSize / 2 + 1);
  brush.added(marks.added, radius);
  if (marks.bright) brush.dimAllBut(marks.bright, radius);
  if (marks.seed >= 0) brush.lines(marks.seed, marks.neighbours);
  if (marks.focused >= 0) brush.truth(marks.focused, marks.truth);
  brush.route(marks.queue);
  for (const i of marks.neighbours) brush.ringed(i, radius - 1, colours.accent, 1.25);
  const names = words.names(words.closeUps());
  if (marks.playing >= 0) brush.playing(marks.playing, radius + 1);
  if (marks.focused >= 0) brush.ringed(marks.focused, radius + 1, colours.accent, 3);
  if (marks.hovered >= 0) brush.ringed(marks.hovered, radius + 1, colours.text, 2);
  brush.drawn();
  return names;
}
