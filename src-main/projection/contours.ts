/** Cells of the grid along each axis; the outermost stay empty, so that outlines close. */
const GRID = 44;
const MARGIN = 5;
/** Standard deviation of the blur, in cells. */
const BLUR = 1.5;
/** This part of the points may lie outside. */
const OUTSIDE = 0.1;
/** Islands below this part of the largest outline's area are left out. */
const SMALLEST_ISLAND = 0.05;

export interface Outline {
  /** Polygons, each [x, y, x, y, …]. */
  contours: number[][];
  /** Where the points lie densest. */
  centre: [number, number];
}

/** Soft outlines around most of the points of a region: a level of their blurred density. */
export function outlineOf(points: Float32Array, rows: readonly number[]): Outline {
  const frame = frameOf(points, rows);
  const density = blurred(countCells(points, rows, frame));
  const peak = density.indexOf(density.reduce((most, value) => Math.max(most, value), 0));
  const centre: [number, number] = [
    frame.x + (peak % GRID) * frame.cell,
    frame.y + Math.floor(peak / GRID) * frame.cell,
  ];
  const values = rows.map((row) => density[cellOf(points, row, frame)]).sort((a, b) => a - b);
  const level = values[Math.floor(OUTSIDE * values.length)] * 0.98;
  if (!(level > 0)) return { contours: [], centre };
  const polygons = tracePolygons(density, level);
  const largest = polygons.reduce((most, polygon) => Math.max(most, areaOf(polygon)), 0);
  const contours = polygons
    .filter((polygon) => areaOf(polygon) >= SMALLEST_ISLAND * largest)
    .map((polygon) =>
      polygon.map((value, i) => round((i % 2 ? frame.y : frame.x) + value * frame.cell)),
    );
  return { contours, centre };
}

/** Node (0, 0) of the grid and the width of a cell. */
interface Frame {
  x: number;
  y: number;
  cell: number;
}

/** Around the points without the few farthest. */
function frameOf(points: Float32Array, rows: readonly number[]): Frame {
  const [lowX, highX] = middlePart(rows.map((row) => points[2 * row]));
  const [lowY, highY] = middlePart(rows.map((row) => points[2 * row + 1]));
  const width = Math.max(highX - lowX, highY - lowY, 1e-6);
  const cell = width / (GRID - 1 - 2 * MARGIN);
  const half = (cell * (GRID - 1)) / 2;
  return { x: (lowX + highX) / 2 - half, y: (lowY + highY) / 2 - half, cell };
}

function middlePart(values: number[]): [number, number] {
  values.sort((a, b) => a - b);
  const cut = Math.floor(values.length * 0.02);
  return [values[cut], values[values.length - 1 - cut]];
}

function cellOf(points: Float32Array, row: number, { x, y, cell }: Frame): number {
  const clamp = (value: number): number => Math.max(0, Math.min(GRID - 1, Math.round(value)));
  return clamp((points[2 * row + 1] - y) / cell) * GRID + clamp((points[2 * row] - x) / cell);
}

function countCells(points: Float32Array, rows: readonly number[], frame: Frame): Float64Array {
  const counts = new Float64Array(GRID * GRID);
  for (const row of rows) counts[cellOf(points, row, frame)]++;
  return counts;
}

/** Gaussian blur along both axes; the border is emptied. */
function blurred(counts: Float64Array): Float64Array {
  const reach = Math.ceil(3 * BLUR);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * BLUR * BLUR)),
  );
  const along = (values: Float64Array, step: number): Float64Array =>
    values.map((_, at) => {
      const place = step === 1 ? at % GRID : Math.floor(at / GRID);
      let sum = 0;
      for (let i = -reach; i <= reach; i++) {
        if (place + i >= 0 && place + i < GRID) sum += kernel[i + reach] * values[at + i * step];
      }
      return sum;
    });
  return along(along(counts, 1), GRID).map((value, at) => {
    const [column, row] = [at % GRID, Math.floor(at / GRID)];
    const isBorder = column === 0 || row === 0 || column === GRID - 1 || row === GRID - 1;
    return isBorder ? 0 : value;
  });
}

/**
 * Marching squares (Lorensen & Cline 1987, in the plane): closed polygons in units of cells. Crossings
 * are named by the edge of the grid they lie on: 2 × node for the edge to the right, + 1 for the one down.
 */
function tracePolygons(values: Float64Array, level: number): number[][] {
  const next = new Map<number, number>();
  for (let y = 0; y + 1 < GRID; y++) {
    for (let x = 0; x + 1 < GRID; x++) {
      const node = y * GRID + x;
      const [top, right, bottom, left] = [2 * node, 2 * node + 3, 2 * (node + GRID), 2 * node + 1];
      const corners = [node, node + 1, node + GRID + 1, node + GRID];
      const inside = corners.reduce((bits, at, i) => bits | (Number(values[at] > level) << i), 0);
      const edges = [top, right, bottom, left];
      for (const [from, to] of SEGMENTS[inside]) next.set(edges[from], edges[to]);
    }
  }
  const polygons: number[][] = [];
  for (const first of [...next.keys()]) {
    const polygon: number[] = [];
    for (let edge: number | undefined = first; edge !== undefined && next.has(edge);) {
      polygon.push(...crossing(values, level, edge));
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    if (polygon.length >= 6) polygons.push(polygon);
  }
  return polygons;
}

/** By the corners inside (bits: top left, top right, bottom right, bottom left): from edge to edge. */
const SEGMENTS: [number, number][][] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 3],
    [2, 1],
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [1, 0],
    [3, 2],
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  [],
];

function crossing(values: Float64Array, level: number, edge: number): [number, number] {
  const node = edge >> 1;
  const isDown = edge % 2 === 1;
  const a = values[node];
  const b = values[node + (isDown ? GRID : 1)];
  const part = (level - a) / (b - a);
  const [x, y] = [node % GRID, Math.floor(node / GRID)];
  return isDown ? [x, y + part] : [x + part, y];
}

function areaOf(polygon: number[]): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    sum += polygon[i] * polygon[j + 1] - polygon[j] * polygon[i + 1];
  }
  return Math.abs(sum) / 2;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
