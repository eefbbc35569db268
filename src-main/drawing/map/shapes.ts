/** The second channel next to colour; each is also a symbol of ECharts by the same name. */
export const SHAPES = ['circle', 'triangle', 'rect', 'diamond'] as const;
export type Shape = (typeof SHAPES)[number];

/** Corners on a square from -1 to 1, y downwards; a circle has none. All look about equally large. */
export const CORNERS: Record<Shape, [number, number][]> = {
  circle: [],
  triangle: [
    [0, -1],
    [1, 0.9],
    [-1, 0.9],
  ],
  rect: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  diamond: [
    [0, -1.1],
    [1.1, 0],
    [0, 1.1],
    [-1.1, 0],
  ],
};

/** Adds the shape to the current path. */
export function traceShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  x: number,
  y: number,
  radius: number,
): void {
  if (shape === 'circle') {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  CORNERS[shape].forEach(([dx, dy], corner) => {
    if (corner === 0) context.moveTo(x + dx * radius, y + dy * radius);
    else context.lineTo(x + dx * radius, y + dy * radius);
  });
  context.closePath();
}
