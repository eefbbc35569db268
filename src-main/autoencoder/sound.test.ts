import { expect, test } from 'vitest';
import { Random } from '../base/random.ts';
import { ComplexFft } from './complex-fft.ts';
import { gridToWav } from './grid-sound.ts';
import { gridShape, MelGrid, SAMPLE_RATE } from './mel-grid.ts';
import type { GridShape } from './mel-grid.ts';

const tone = (hertz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE),
  );

function gridOf(samples: Float32Array, shape: GridShape): Uint8Array {
  const grid = new MelGrid(shape);
  for (let at = 0; at < samples.length; at += 9999) grid.push(samples.subarray(at, at + 9999));
  return grid.finish();
}

const loudestBand = (grid: Uint8Array, { bands, columns }: GridShape, column: number): number => {
  const levels = Array.from({ length: bands }, (_, band) => grid[band * columns + column]);
  return levels.indexOf(Math.max(...levels));
};

test('the transform is that of the definition, and turns back', () => {
  const fft = new ComplexFft(16);
  const random = new Random(2);
  const [re, im] = [fft.re, fft.im].map((part) => part.map(() => random.next() - 0.5));
  fft.re.set(re);
  fft.im.set(im);
  fft.forward();
  for (let k = 0; k < 16; k++) {
    let sum = 0;
    for (let n = 0; n < 16; n++) {
      const angle = (-2 * Math.PI * k * n) / 16;
      sum += re[n] * Math.cos(angle) - im[n] * Math.sin(angle);
    }
    expect(fft.re[k]).toBeCloseTo(sum, 10);
  }
  fft.backward();
  re.forEach((value, i) => expect(fft.re[i]).toBeCloseTo(value, 10));
});

test('a short sound is repeated and a long one cut, to spectrograms of one size', () => {
  const shape = gridShape(64, 32, 2);
  expect(shape.columns).toBe(32);
  const short = gridOf(tone(440, 0.3), shape);
  const long = gridOf(tone(440, 5), shape);
  expect([short.length, long.length]).toEqual([64 * 32, 64 * 32]);
  expect(loudestBand(short, shape, 30)).toBe(loudestBand(long, shape, 30));
  expect(Math.max(...short)).toBe(255);
  expect(gridShape(64, 500, 1).columns).toBe(43); // No finer than the frames.
  expect(gridOf(new Float32Array(0), shape).every((value) => value === 255)).toBe(true);
});

test('a spectrogram becomes a sound that has it', () => {
  const shape = gridShape(128, 64, 1.5);
  const samples = new Float32Array(1.5 * SAMPLE_RATE);
  samples.set(tone(440, 0.75));
  samples.set(tone(2000, 0.75), samples.length / 2);
  const grid = gridOf(samples, shape);
  const wav = gridToWav(grid, shape);
  const view = new DataView(wav.buffer);
  expect(Buffer.from(wav.subarray(0, 4)).toString()).toBe('RIFF');
  expect(view.getUint32(24, true)).toBe(SAMPLE_RATE);
  const count = view.getUint32(40, true) / 2;
  expect(count / SAMPLE_RATE).toBeCloseTo(1.5, 1);
  const heard = Float32Array.from(
    { length: count },
    (_, i) => view.getInt16(44 + 2 * i, true) / 32768,
  );
  const again = gridOf(heard, shape);
  for (const column of [10, 50]) {
    const off = loudestBand(again, shape, column) - loudestBand(grid, shape, column);
    expect(Math.abs(off), `column ${column}`).toBeLessThanOrEqual(1);
  }
});
