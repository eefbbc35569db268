import { encodePng } from '../base/png.ts';

const SIZE = 240;

/** A cover of coloured rings as PNG; every album has colours of its own. */
export function drawCover(hue: number, random: () => number): Buffer {
  const centreX = SIZE * (0.25 + 0.5 * random());
  const centreY = SIZE * (0.25 + 0.5 * random());
  const width = 12 + 26 * random();
  const pixels = new Uint8Array(4 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const ring = Math.floor(Math.hypot(x - centreX, y - centreY) / width);
      const [r, g, b] = toRgb((hue + ring * 14) % 360, 0.5, ring % 2 ? 0.36 : 0.58);
      pixels.set([r, g, b], 4 * (y * SIZE + x));
    }
  }
  return encodePng(pixels, SIZE);
}

function toRgb(hue: number, saturation: number, lightness: number): [number, number, number] {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
