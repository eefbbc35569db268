/** A small shape as coverages, once for each place it may have between pixels. */
export interface Stamp {
  /** Pixels along each side. */
  size: number;
  /** 4 × 4 of `size` × `size` coverages, 0 to 255: offsets of quarters of a pixel down, then across. */
  masks: Uint8Array[];
}

/**
 * A stamp of a shape. This function and `press` are also written into the page that is exported, so they
 * use nothing outside themselves.
 * @param corners on a square from -1 to 1; none: a circle
 * @param diameter in pixels
 */
export function makeStamp(
  corners: readonly (readonly [number, number])[],
  diameter: number,
): Stamp {
  const size = Math.ceil(diameter * 1.1) + 2;
  const radius = diameter / 2;
  const middle = Math.floor(size / 2);
  const isInside = (x: number, y: number): boolean => {
    if (corners.length === 0) return x * x + y * y <= 1;
    let inside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
      const [ax, ay] = corners[i];
      const [bx, by] = corners[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };
  const coverage = (left: number, top: number): number => {
    let hits = 0;
    for (let sample = 0; sample < 16; sample++) {
      const x = left + ((sample % 4) + 0.5) / 4;
      const y = top + (Math.floor(sample / 4) + 0.5) / 4;
      if (isInside(x / radius, y / radius)) hits++;
    }
    return Math.round((hits * 255) / 16);
  };
  const masks = Array.from({ length: 16 }, (_, offset) => {
    const [right, down] = [(offset % 4) / 4, Math.floor(offset / 4) / 4];
    return Uint8Array.from({ length: size * size }, (_, at) =>
      coverage((at % size) - middle - right, Math.floor(at / size) - middle - down),
    );
  });
  return { size, masks };
}

/**
 * Puts a stamp with its middle at (x, y) onto RGBA pixels; what lies outside is left out.
 * @param alpha 0 to 1
 */
export function press(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  { size, masks }: Stamp,
  x: number,
  y: number,
  [red, green, blue]: readonly [number, number, number],
  alpha: number,
): void {
  const quarterX = Math.round(x * 4);
  const quarterY = Math.round(y * 4);
  const left = (quarterX >> 2) - (size >> 1);
  const top = (quarterY >> 2) - (size >> 1);
  const height = pixels.length / 4 / width;
  if (left >= width || top >= height || left + size <= 0 || top + size <= 0) return;
  const mask = masks[4 * (quarterY & 3) + (quarterX & 3)];
  const strength = (alpha * 256) / 255;
  for (let row = Math.max(0, -top); row < size && top + row < height; row++) {
    for (let column = Math.max(0, -left); column < size && left + column < width; column++) {
      const part = (mask[row * size + column] * strength) | 0;
      if (part === 0) continue;
      const at = 4 * ((top + row) * width + left + column);
      pixels[at] += ((red - pixels[at]) * part) >> 8;
      pixels[at + 1] += ((green - pixels[at + 1]) * part) >> 8;
      pixels[at + 2] += ((blue - pixels[at + 2]) * part) >> 8;
    }
  }
}
