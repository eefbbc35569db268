import type { Grouping } from './groups.ts';
import { withoutOverlaps } from './map-labels.ts';
import type { MapLabel } from './map-labels.ts';
import type { PointData } from './point-data.ts';
import { toPixel } from './view.ts';
import type { Point, View } from './view.ts';

/** Everything that is drawn above the points and changes without touching them. */
export interface Marks {
  /** Points that stay bright while the rest is dimmed; null dims nothing. */
  bright: number[] | null;
  neighbours: number[];
  focused: number;
  hovered: number;
  playing: number;
  lasso: Point[];
}

export interface OverlayColours {
  background: string;
  text: string;
  accent: string;
}

const LABEL_FONT = '600 13px system-ui, sans-serif';

/** Draws marks and labels onto a canvas that lies above the points. */
export function drawOverlay(
  canvas: HTMLCanvasElement,
  view: View,
  points: PointData,
  { groups, groupOf }: Grouping,
  labels: MapLabel[],
  marks: Marks,
  colours: OverlayColours,
): void {
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
    canvas.width = width * ratio;
    canvas.height = height * ratio;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const { coordinates } = points;
  const pixelOf = (i: number): Point =>
    toPixel(view, { x: coordinates[2 * i], y: coordinates[2 * i + 1] });
  const dot = (i: number, radius: number): void => {
    const { x, y } = pixelOf(i);
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) return;
    context.fillStyle = groups[groupOf[i]].colour;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };
  const ring = (i: number, radius: number, colour: string, line: number): void => {
    const { x, y } = pixelOf(i);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  };

  if (marks.bright) {
    context.globalAlpha = 0.78;
    context.fillStyle = colours.background;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
    for (const i of marks.bright) dot(i, 4);
  }
  drawLabels(context, view, labels, colours, [width, height]);
  if (marks.focused >= 0) {
    const from = pixelOf(marks.focused);
    context.strokeStyle = colours.accent;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    for (const i of marks.neighbours) {
      const to = pixelOf(i);
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
    context.globalAlpha = 1;
  }
  for (const i of marks.neighbours) {
    dot(i, 5);
    ring(i, 6.5, colours.accent, 1.5);
  }
  if (marks.playing >= 0) {
    dot(marks.playing, 6);
    ring(marks.playing, 9, colours.text, 2);
    ring(marks.playing, 13, colours.text, 1);
  }
  if (marks.focused >= 0) {
    dot(marks.focused, 6);
    ring(marks.focused, 8, colours.accent, 3);
  }
  if (marks.hovered >= 0) {
    dot(marks.hovered, 6);
    ring(marks.hovered, 7.5, colours.text, 2);
  }
  drawLasso(context, view, marks.lasso, colours.accent);
}

function drawLabels(
  context: CanvasRenderingContext2D,
  view: View,
  labels: MapLabel[],
  { background, text }: OverlayColours,
  [width, height]: [number, number],
): void {
  context.font = LABEL_FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const boxes = labels.flatMap((label) => {
    const { x, y } = toPixel(view, label);
    const wide = context.measureText(label.text).width + 10;
    if (x < 0 || y < 0 || x > width || y > height) return [];
    const left = Math.max(4, Math.min(width - wide - 4, x - wide / 2));
    return { left, top: y - 11, width: wide, height: 22, text: label.text };
  });
  for (const box of withoutOverlaps(boxes)) {
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    context.strokeStyle = background;
    context.lineWidth = 4;
    context.strokeText(box.text, x, y);
    context.fillStyle = text;
    context.fillText(box.text, x, y);
  }
}

function drawLasso(
  context: CanvasRenderingContext2D,
  view: View,
  lasso: Point[],
  colour: string,
): void {
  if (lasso.length < 2) return;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const place of lasso) {
    const { x, y } = toPixel(view, place);
    context.lineTo(x, y);
  }
  context.closePath();
  context.stroke();
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 1;
}
