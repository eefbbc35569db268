import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { parseFile } from 'music-metadata';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFfmpeg } from '../audio/room.ts';
import type { FfmpegSearch } from '../audio/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { drawCover } from './cover.ts';
import { randomFrom, SAMPLE_RATE, Tape } from './instruments.ts';
import { makeDemo } from './room.ts';
import { STYLES } from './styles.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-demo-'));
const told: string[] = [];
const SHORT = {
  perStyle: 2,
  seconds: [2, 3] as [number, number],
  onTrack: (made: number, total: number) => void told.push(`${made} of ${total}`),
};
const fork = () => forkNodeWorker('demo');
let ffmpeg: FfmpegSearch;

beforeAll(async () => {
  ffmpeg = await findFfmpeg({ settingPath: null });
  await makeDemo(join(folder, 'demo'), ffmpeg, fork, SHORT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = () =>
  readdirSync(join(folder, 'demo'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mp3|flac|ogg|opus|m4a|wav)$/.test(name))
    .map((name) => join(folder, 'demo', name));

test('every style has its album, in six formats, and nothing unfinished is left', () => {
  expect(readdirSync(join(folder, 'demo')).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(readdirSync(join(folder, 'demo'))).toHaveLength(STYLES.length);
  expect(STYLES.length).toBeGreaterThanOrEqual(6);
  expect(files()).toHaveLength(2 * STYLES.length);
  expect(new Set(files().map((name) => extname(name))).size).toBe(6);
});

test('says how far it is', () => {
  expect(told.slice(0, 2 * STYLES.length)).toEqual(
    Array.from({ length: 2 * STYLES.length }, (_, i) => `${i + 1} of ${2 * STYLES.length}`),
  );
});

test('the files carry their tags, covers where the format holds them, and sound', async () => {
  for (const file of files()) {
    const { common, format } = await parseFile(file);
    const style = STYLES.find(({ artist }) => artist === common.artist)!;
    expect(style.titles).toContain(common.title);
    expect(common).toMatchObject({ album: style.album, genre: [style.genre], year: style.year });
    expect(common.track.no).toBeGreaterThan(0);
    expect(format.duration).toBeGreaterThan(1.9);
    if (/\.(mp3|flac|m4a)$/.test(file)) expect(common.picture?.[0].format).toBe('image/png');
  }
});

test('what is there is kept; an album that was broken off is made again', async () => {
  const [first] = files();
  const before = statSync(first).mtimeMs;
  const last = readdirSync(join(folder, 'demo')).at(-1)!;
  rmSync(join(folder, 'demo', last), { recursive: true });
  const { genre } = STYLES.find(({ artist }) => last.startsWith(artist))!;
  await mkdir(join(folder, 'demo', `.${genre}.part`));
  await writeFile(join(folder, 'demo', `.${genre}.part`, 'half.mp3'), 'half');
  await makeDemo(join(folder, 'demo'), ffmpeg, fork, SHORT);
  expect(statSync(first).mtimeMs).toBe(before);
  expect(readdirSync(join(folder, 'demo', last))).not.toContain('half.mp3');
  expect(files()).toHaveLength(2 * STYLES.length);
});

test('without ffmpeg it says so', async () => {
  const missing = { ffmpeg: null, message: 'ffmpeg is missing.' };
  await expect(makeDemo(join(folder, 'none'), missing, fork)).rejects.toMatchObject({
    code: 'ffmpeg-missing',
  });
});

test.each(STYLES.map((style) => [style.genre, style] as const))(
  '%s is the same every time, and neither silent nor clipped',
  (_genre, style) => {
    const play = (): Float32Array => {
      const random = randomFrom(5);
      const tape = new Tape(4, random);
      style.compose({ tape, random, tempo: style.tempo[0], tonic: 60, isMinor: false });
      return tape.master(style.peak);
    };
    const samples = play();
    expect(samples).toEqual(play());
    expect(samples).toHaveLength(2 * 4 * SAMPLE_RATE);
    expect(samples.every(Number.isFinite)).toBe(true);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(peak).toBeCloseTo(style.peak, 3);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    expect(Math.sqrt(power)).toBeGreaterThan(0.01);
  },
);

test('a cover is a whole PNG', () => {
  const png = drawCover(120, randomFrom(1));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const size = png.readUInt32BE(16);
  const start = png.indexOf('IDAT');
  const data = png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4));
  expect(inflateSync(data)).toHaveLength(size * (1 + 3 * size));
});

test('the files are of the size of music, not of silence', () => {
  for (const file of files()) expect(readFileSync(file).length).toBeGreaterThan(10_000);
});
