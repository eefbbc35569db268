import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { readPng } from './fixtures/read-png.ts';
import { encodePng } from './png.ts';

test('pixels come back as they were', () => {
  const pixels = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 37) % 256);
  const png = encodePng(pixels, 5);
  const { width, height, at } = readPng(png);
  expect([width, height]).toEqual([5, 3]);
  for (let pixel = 0; pixel < 15; pixel++) {
    expect(at(pixel % 5, Math.floor(pixel / 5))).toEqual([
      ...pixels.subarray(4 * pixel, 4 * pixel + 3),
    ]);
  }
  const end = 41 + png.readUInt32BE(33);
  expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(37, end)));
});
