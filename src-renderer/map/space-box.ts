import { depthOf, project } from './space.ts';
import type { Bounds, Eye, Vector } from './space.ts';

/** Parts of each edge that lines are drawn between. */
const PARTS = 4;
/** Lines begin so far ahead of the eye, in the lengths of the box. */
const AHEAD = 1;

/** Draws the far sides of the box around the points, so that depth can be seen. */
export function drawBox(
  context: CanvasRenderingContext2D,
  eye: Eye,
  bounds: Bounds,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (const axis of [0, 1, 2]) {
    for (const side of [-0.5, 0.5]) {
      const isFar = (placeIn(bounds, [side, side, side])[axis] - eye.place[axis]) * side > 0;
      if (isFar) drawSide(context, eye, bounds, axis, side);
    }
  }
  context.globalAlpha = 1;
}

function drawSide(
  context: CanvasRenderingContext2D,
  eye: Eye,
  bounds: Bounds,
  axis: number,
  side: number,
): void {
  const [one, other] = [0, 1, 2].filter((d) => d !== axis);
  for (const [lengthwise, across] of [
    [one, other],
    [other, one],
  ]) {
    for (let part = 0; part <= PARTS; part++) {
      const [from, to]: [Vector, Vector] = [
        [side, side, side],
        [side, side, side],
      ];
      from[across] = to[across] = part / PARTS - 0.5;
      from[lengthwise] = -0.5;
      to[lengthwise] = 0.5;
      context.globalAlpha = part === 0 || part === PARTS ? 0.9 : 0.45;
      strokeLine(context, eye, placeIn(bounds, from), placeIn(bounds, to));
    }
  }
}

/** @param shares of the edges of the box, from its middle */
const placeIn = ({ middle, size, scale }: Bounds, shares: Vector): Vector =>
  middle.map((value, d) => value + (shares[d] * size[d]) / scale) as Vector;

/** As much of it as lies ahead of the eye. */
function strokeLine(context: CanvasRenderingContext2D, eye: Eye, a: Vector, b: Vector): void {
  const start = project(eye, cut(eye, a, b));
  const end = project(eye, cut(eye, b, a));
  if (!start || !end) return;
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.lineTo(end.x, end.y);
  context.stroke();
}

/** The first place on the way from one to the other that lies ahead of the eye. */
function cut(eye: Eye, from: Vector, to: Vector): Vector {
  const [depth, end] = [depthOf(eye, from), depthOf(eye, to)];
  if (depth >= AHEAD || end <= AHEAD) return from;
  const share = (AHEAD - depth) / (end - depth);
  return from.map((value, d) => value + (to[d] - value) * share) as Vector;
}
