import { CORNERS } from '../drawing/map/shapes.ts';
import { encodePng } from '../base/png.ts';
import { Raster } from './raster.ts';
import type { Rgb } from './raster.ts';
import type { MapScene, Words } from './map-scene.ts';
import { makeStamp } from './stamp.ts';
import { writeLine } from './stroke-font.ts';

/** A picture as PNG, drawn without a browser; words in letters of lines, see `writeLine`. */
export function pngOf(scene: MapScene): Uint8Array {
  const ground = rgbOf(scene.background);
  const raster = new Raster(scene.width, scene.height, ground);
  const { outlines } = scene;
  for (const polygon of outlines.polygons) {
    const closed = [...polygon, polygon[0], polygon[1]];
    raster.stroke([closed], outlines.thickness, rgbOf(outlines.colour));
  }
  for (const { shape, colour, opacity, places } of scene.layers) {
    const stamp = makeStamp(CORNERS[shape], scene.dotSize);
    const ink = rgbOf(colour);
    for (let i = 0; i < places.length; i += 2) {
      raster.press(stamp, places[i], places[i + 1], ink, opacity);
    }
  }
  raster.fillRight(scene.mapWidth, ground);
  for (const { shape, colour, x, y, size } of scene.keys) {
    raster.press(makeStamp(CORNERS[shape], size), x, y, rgbOf(colour), 1);
  }
  for (const words of scene.words) write(raster, words, ground);
  return encodePng(raster.pixels, scene.width);
}

function write(raster: Raster, words: Words, ground: Rgb): void {
  const { strokes, width } = writeLine(words.text, words.size);
  const left = words.anchor === 'middle' ? words.x - width / 2 : words.x;
  const placed = strokes.map((line) =>
    line.map((value, i) => value + (i % 2 === 0 ? left : words.y)),
  );
  const thickness = Math.max(1, words.size * (words.isBold ? 0.125 : 0.095));
  if (words.halo) raster.stroke(placed, thickness + words.size * 0.3, ground);
  raster.stroke(placed, thickness, rgbOf(words.colour));
}

/** @param colour `#rrggbb`, or `hsl(h, s%, l%)` as the palette of keys gives */
export function rgbOf(colour: string): Rgb {
  const [hue, saturation, lightness] = (colour.match(/^hsl\((.*)\)$/)?.[1] ?? '')
    .split(',')
    .map(parseFloat);
  if (lightness === undefined) {
    const value = parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  // As in CSS Color 4.
  const channel = (step: number): number => {
    const k = (step + hue / 30) % 12;
    const reach = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
    const value = lightness / 100 - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value);
  };
  return [channel(0), channel(8), channel(4)];
}
