import type { Region } from '../projection/contract.ts';
import { centreOn, dotLook, extentOf, fitView, toPixel } from '../drawing/map/camera.ts';
import type { Extent, View } from '../drawing/map/camera.ts';
import { COLUMN_LABELS } from '../drawing/map/column-labels.ts';
import { groupPoints } from '../drawing/map/groups.ts';
import type { Group } from '../drawing/map/groups.ts';
import { NO_VALUE_COLOUR } from '../drawing/map/palette.ts';
import { placeBoxes } from '../drawing/map/place-boxes.ts';
import type { ColumnData, PointData } from '../drawing/map/point-data.ts';
import type { PictureOptions } from './picture-options.ts';

/** What a picture is made of. */
export interface MapContent {
  points: PointData;
  column: ColumnData;
  regions: Region[];
}

/** Words in a picture; `y` is the middle of the line. */
export interface Words {
  text: string;
  x: number;
  y: number;
  size: number;
  isBold: boolean;
  anchor: 'start' | 'middle';
  colour: string;
  /** Drawn around the words where they lie on dots. */
  halo: boolean;
}

/** A dot per point of one line of the legend. */
export interface DotLayer extends Pick<Group, 'shape' | 'colour'> {
  opacity: number;
  /** x, y in pixels, one after another. */
  places: Float32Array;
}

/** A picture of a map, placed to the pixel, for any way of drawing. */
export interface MapScene {
  width: number;
  height: number;
  background: string;
  /** Nothing of the map is drawn beyond this many pixels from the left. */
  mapWidth: number;
  layers: DotLayer[];
  /** Diameter in pixels. */
  dotSize: number;
  outlines: { colour: string; thickness: number; polygons: number[][] };
  keys: (Pick<Group, 'shape' | 'colour'> & { x: number; y: number; size: number })[];
  words: Words[];
}

export const THEMES = {
  light: { background: '#fbfcfd', ink: '#1a1e27', soft: '#566072', outline: '#c3c9d4' },
  dark: { background: '#0b0e13', ink: '#e9ecf2', soft: '#a3adbf', outline: '#3a4354' },
};
/** Sizes of words and lines are made for a picture of this many pixels on its shorter side. */
const PLAIN_SIDE = 800;
const LEGEND_WIDTH = 190;
const FONT = 13;
/** About the width of a letter as a part of the size of the font. */
export const LETTER = 0.56;
const LINE = 21;
const LONGEST_LABEL = 22;

/** Lays out a picture; a map in 3-D is seen from a fixed side. */
export function layOutScene(content: MapContent, options: PictureOptions): MapScene {
  const { width, height, theme } = options;
  const unit = Math.max(0.5, Math.min(width, height) / PLAIN_SIDE);
  const legendWidth = Math.min(LEGEND_WIDTH * unit, width * 0.4);
  const mapWidth = width - legendWidth;
  const places = flatPlaces(content.points);
  const whole = fitView(extentOf(places), mapWidth, height);
  const view = viewOf(options, whole, mapWidth);
  const grouping = groupPoints(content.column, content.points.count, theme === 'dark');
  const hidden = new Set(options.hidden);
  const grey = NO_VALUE_COLOUR[theme];
  const groups = grouping.groups.map((group, at) =>
    hidden.has(at) ? { ...group, colour: grey } : group,
  );
  const zoom = view.scale / whole.scale;
  const look = dotLook(content.points.count, zoom, mapWidth / unit, height / unit);
  const room: Room = { unit, view, mapWidth, height, theme, opacity: look.opacity };
  const legend = legendOf(content, options, groups, room);
  return {
    width,
    height,
    background: THEMES[theme].background,
    mapWidth,
    dotSize: look.size * unit,
    layers: layersOf(places, grouping.groupOf, groups, hidden, room),
    outlines: outlinesOf(content, room),
    keys: legend.keys,
    words: [...regionNames(content, zoom, room), ...legend.words],
  };
}

interface Room {
  unit: number;
  view: View;
  mapWidth: number;
  height: number;
  theme: PictureOptions['theme'];
  /** Of a plain dot. */
  opacity: number;
}

/** x and y of every point as seen from the front; a cloud is turned and tilted as it opens in the window. */
export function flatPlaces({ dims, coordinates, count }: PointData): Float32Array {
  if (dims === 2) return coordinates;
  const [turn, tilt] = [(35 * Math.PI) / 180, (18 * Math.PI) / 180];
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = coordinates.subarray(3 * i, 3 * i + 3);
    places[2 * i] = x * Math.cos(turn) - y * Math.sin(turn);
    const depth = x * Math.sin(turn) + y * Math.cos(turn);
    places[2 * i + 1] = z * Math.cos(tilt) + depth * Math.sin(tilt);
  }
  return places;
}

function viewOf({ view, height }: PictureOptions, whole: View, mapWidth: number): View {
  if (view.length !== 4) return whole;
  const [left, right, bottom, top] = view as Extent;
  if (!(right > left && top > bottom)) return whole;
  const { scale } = fitView([left, right, bottom, top], mapWidth, height);
  return centreOn({ x: (left + right) / 2, y: (bottom + top) / 2 }, scale, mapWidth, height);
}

/** What is grey comes first, so that it lies beneath; what lies outside is left out. */
function layersOf(
  places: Float32Array,
  groupOf: Uint8Array,
  groups: Group[],
  hidden: ReadonlySet<number>,
  { view, mapWidth, height, unit, theme, opacity }: Room,
): DotLayer[] {
  const air = 20 * unit;
  const inside: number[][] = groups.map(() => []);
  for (let i = 0; i < groupOf.length; i++) {
    const { x, y } = toPixel(view, { x: places[2 * i], y: places[2 * i + 1] });
    const isOutside = x < -air || y < -air || x > mapWidth + air || y > height + air;
    if (!isOutside) inside[groupOf[i]].push(x, y);
  }
  const depth = (at: number): number =>
    hidden.has(at) ? 0 : groups[at].colour === NO_VALUE_COLOUR[theme] ? 1 : 2;
  return [...groups.keys()]
    .filter((at) => inside[at].length > 0)
    .sort((a, b) => depth(a) - depth(b) || inside[b].length - inside[a].length)
    .map((at) => ({
      colour: groups[at].colour,
      shape: groups[at].shape,
      opacity: hidden.has(at) ? 0.3 * opacity : opacity,
      places: Float32Array.from(inside[at]),
    }));
}

/** Outlines of the overview only: finer ones would be too many lines on paper. */
function outlinesOf({ regions }: MapContent, { view, unit, theme }: Room): MapScene['outlines'] {
  const polygons = regions
    .filter(({ level }) => level === 0)
    .flatMap(({ contours }) => contours)
    .map((contour) =>
      Array.from({ length: contour.length / 2 }, (_, i) =>
        toPixel(view, { x: contour[2 * i], y: contour[2 * i + 1] }),
      ).flatMap(({ x, y }) => [x, y]),
    );
  return { colour: THEMES[theme].outline, thickness: 1.25 * unit, polygons };
}

/** The upper and lower edge of the island of a region that its middle lies on: its name goes above or below. */
export function placeOfName({ centre: [x, y], contours }: Region): {
  x: number;
  top: number;
  bottom: number;
} {
  for (const contour of contours) {
    const xs = contour.filter((_, i) => i % 2 === 0);
    const ys = contour.filter((_, i) => i % 2 === 1);
    const [left, right, bottom, top] = [
      Math.min(...xs),
      Math.max(...xs),
      Math.min(...ys),
      Math.max(...ys),
    ];
    if (x < left || x > right || y < bottom || y > top) continue;
    return { x: (left + right) / 2, top, bottom };
  }
  return { x, top: y, bottom: y };
}

/** Names of regions where there is room, the largest first; from near those of the finer levels too. */
function regionNames({ regions, points }: MapContent, zoom: number, room: Room): Words[] {
  if (points.dims !== 2) return [];
  const { view, unit, mapWidth, height, theme } = room;
  const size = FONT * unit;
  const tall = 1.6 * size;
  const deepest = zoom > 6 ? 2 : zoom > 2 ? 1 : 0;
  const choices = regions
    .filter(({ level, count }) => level <= deepest && count > 0)
    .map((region) => {
      const { x, top, bottom } = placeOfName(region);
      const width = (region.name.length + 1) * LETTER * size;
      const left = toPixel(view, { x, y: top }).x - width / 2;
      const [above, below] = [top, bottom].map((y) => toPixel(view, { x, y }).y);
      return [above - tall - 2, below + 2, (above + below - tall) / 2]
        .map((y) => ({ left, top: y, width, height: tall, name: region.name }))
        .filter((box) => box.left >= 0 && box.left + width <= mapWidth)
        .filter((box) => box.top >= 0 && box.top + tall <= height);
    });
  return placeBoxes(choices).map(({ left, top, width, name }) => ({
    text: name,
    x: left + width / 2,
    y: top + tall / 2,
    size,
    isBold: true,
    anchor: 'middle',
    colour: THEMES[theme].ink,
    halo: true,
  }));
}

function legendOf(
  { points }: MapContent,
  { colour: column }: PictureOptions,
  groups: Group[],
  { unit, mapWidth, height, theme }: Room,
): Pick<MapScene, 'keys' | 'words'> {
  const { ink, soft } = THEMES[theme];
  const left = mapWidth + 8 * unit;
  const line = (text: string, y: number, more: Partial<Words> = {}): Words => ({
    text,
    x: left,
    y,
    size: 12 * unit,
    isBold: false,
    anchor: 'start',
    colour: ink,
    halo: false,
    ...more,
  });
  const room = Math.max(1, Math.floor((height / unit - 90) / LINE));
  const filled = groups.filter(({ count }) => count > 0);
  const shown = filled.slice(0, filled.length > room ? room - 1 : room);
  const keyAt = (at: number): number => (54 + at * LINE) * unit;
  const words = [
    line(COLUMN_LABELS[column], 28 * unit, { isBold: true, size: FONT * unit }),
    ...shown.map(({ label, count }, at) =>
      line(`${shortened(label)} (${count})`, keyAt(at), { x: left + 20 * unit }),
    ),
    line(`All ${points.count} tracks. Near means`, height - 34 * unit, {
      size: 10 * unit,
      colour: soft,
    }),
    line('alike; the axes mean nothing.', height - 20 * unit, { size: 10 * unit, colour: soft }),
  ];
  if (shown.length < filled.length) {
    const text = `and ${filled.length - shown.length} more`;
    words.push(line(text, keyAt(shown.length), { colour: soft }));
  }
  const keys = shown.map(({ colour, shape }, at) => ({
    colour,
    shape,
    x: left + 6 * unit,
    y: keyAt(at),
    size: 10 * unit,
  }));
  return { keys, words };
}

const shortened = (label: string): string => {
  const letters = [...label];
  return letters.length > LONGEST_LABEL
    ? `${letters.slice(0, LONGEST_LABEL - 1).join('')}…`
    : label;
};
