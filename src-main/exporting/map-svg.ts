import { CORNERS } from '../drawing/map/shapes.ts';
import type { Shape } from '../drawing/map/shapes.ts';
import type { DotLayer, MapScene, Words } from './map-scene.ts';
import { escapeMarkup } from './markup.ts';

/** Dots of one path: a path of all of them would be drawn slowly. */
const DOTS_PER_PATH = 500;

/** A picture as SVG, piece by piece. */
export function* svgOf(scene: MapScene): Generator<string> {
  const { width, height, mapWidth, background, outlines } = scene;
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
<rect width="100%" height="100%" fill="${background}"/>
<clipPath id="map"><rect width="${tenth(mapWidth)}" height="${height}"/></clipPath>
<g clip-path="url(#map)">
<g fill="none" stroke="${outlines.colour}" stroke-width="${tenth(outlines.thickness)}" stroke-linejoin="round">
`;
  for (const polygon of outlines.polygons) yield `<path d="${outline(polygon)}"/>\n`;
  yield '</g>\n';
  for (const layer of scene.layers) yield* dots(layer, scene.dotSize);
  yield '</g>\n';
  for (const { shape, colour, x, y, size } of scene.keys) {
    yield `<path fill="${colour}" d="${dot(shape, x, y, size)}"/>\n`;
  }
  for (const words of scene.words) yield text(words, background);
  yield '</svg>\n';
}

function* dots({ shape, colour, opacity, places }: DotLayer, size: number): Generator<string> {
  yield `<g fill="${colour}" fill-opacity="${opacity.toFixed(2)}">\n`;
  for (let start = 0; start < places.length; start += 2 * DOTS_PER_PATH) {
    let path = '';
    for (let i = start; i < Math.min(places.length, start + 2 * DOTS_PER_PATH); i += 2) {
      path += dot(shape, places[i], places[i + 1], size);
    }
    yield `<path d="${path}"/>\n`;
  }
  yield '</g>\n';
}

/** A closed figure around (x, y). */
function dot(shape: Shape, x: number, y: number, size: number): string {
  const radius = size / 2;
  if (shape === 'circle') {
    const r = tenth(radius);
    const across = tenth(2 * Number(r));
    return `M${tenth(x - radius)} ${tenth(y)}a${r} ${r} 0 1 0 ${across} 0a${r} ${r} 0 1 0 -${across} 0z`;
  }
  return outline(CORNERS[shape].flatMap(([dx, dy]) => [x + dx * radius, y + dy * radius]));
}

function outline(places: ArrayLike<number>): string {
  let path = '';
  for (let i = 0; i < places.length; i += 2) {
    path += `${i === 0 ? 'M' : 'L'}${tenth(places[i])} ${tenth(places[i + 1])}`;
  }
  return `${path}z`;
}

function text(
  { text: words, x, y, size, isBold, anchor, colour, halo }: Words,
  ground: string,
): string {
  const edge = halo
    ? ` stroke="${ground}" stroke-width="${tenth(size * 0.3)}" stroke-linejoin="round" paint-order="stroke"`
    : '';
  const weight = isBold ? ' font-weight="600"' : '';
  const place = `x="${tenth(x)}" y="${tenth(y)}" text-anchor="${anchor}" dominant-baseline="central"`;
  return `<text ${place} font-size="${tenth(size)}" fill="${colour}"${weight}${edge}>${escapeMarkup(words)}</text>\n`;
}

const tenth = (value: number): string => String(Math.round(value * 10) / 10);
