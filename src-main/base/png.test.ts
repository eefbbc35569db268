import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng } from './png.ts';

/** Undoes the two filters that a row may have here. */
function decode(png: Buffer): { width: number; height: number; rgb: number[] } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const length = png.readUInt32BE(33);
  expect(png.toString('latin1', 37, 41)).toBe('IDAT');
  expect(png.readUInt32BE(41 + length)).toBe(crc32(png.subarray(37, 41 + length)));
  const rows = inflateSync(png.subarray(41, 41 + length));
  const rgb: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = [...rows.subarray(y * (1 + 3 * width) + 1, (y + 1) * (1 + 3 * width))];
    for (let i = 3; i < row.length; i++) row[i] = (row[i] + row[i - 3]) & 255;
    rgb.push(...row);
  }
  return { width, height, rgb };
}

test('pixels come back as they were', () => {
  const pixels = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 37) % 256);
  const { width, height, rgb } = decode(encodePng(pixels, 5));
  expect([width, height]).toEqual([5, 3]);
  expect(rgb).toEqual([...pixels].filter((_, i) => i % 4 < 3));
});
