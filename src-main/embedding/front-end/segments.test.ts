import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { modelManifest } from '../../models/room.ts';
import type { ModelManifest } from '../../models/room.ts';
import { countSegments, SegmentMaker } from './segments.ts';
import type { Segment } from './segments.ts';

type Rows = Record<string, number[]>;
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/front-end-rows.json', import.meta.url), 'utf8'),
) as Record<'ast' | 'mel96' | 'yamnet' | 'clap', Rows>;

function manifestOf(id: string): ModelManifest {
  const url = new URL(`../../../models/${id}/model.json`, import.meta.url);
  return modelManifest.parse(JSON.parse(readFileSync(url, 'utf8')));
}

/** The reference signal: see `fixtures/make-front-end-rows.py`. */
function noise(count: number): Float32Array {
  let x = 12345;
  return Float32Array.from({ length: count }, () => {
    const value = 0.3 * (x / 2 ** 31 - 1);
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return value;
  });
}

function segmentsOf(
  manifest: ModelManifest,
  samples: Float32Array,
  { chunk = 7777, limit = 0 } = {},
): Segment[] {
  const segments: Segment[] = [];
  const durationSeconds = samples.length / manifest.frontEnd.sampleRate;
  const maker = new SegmentMaker(
    manifest,
    (segment) => segments.push(segment),
    limit ? { limit, durationSeconds } : null,
  );
  for (let at = 0; at < samples.length; at += chunk) maker.push(samples.subarray(at, at + chunk));
  maker.finish();
  return segments;
}

function largestDifference(values: Float32Array, bands: number, rows: Rows): number {
  const differences = Object.entries(rows).flatMap(([row, wanted]) =>
    wanted.map((value, band) => Math.abs(values[Number(row) * bands + band] - value)),
  );
  return Math.max(...differences);
}

test("AST's Kaldi filterbank is that of transformers 5.18.0, within 2e-6", () => {
  const [segment] = segmentsOf(manifestOf('ast-audioset'), noise(48_000));
  expect(segment.values.length).toBe(1024 * 128);
  expect(largestDifference(segment.values, 128, expected.ast)).toBeLessThan(2e-6);
  expect(segment.values.at(-1)).toBeCloseTo(0.46703237, 6); // Zeros, normalised.
});

test('the mel bands of MusiCNN, EffNet and MAEST are those of librosa 0.11.0, within 2e-6', () => {
  const manifest = manifestOf('musicnn-msd');
  manifest.segment = { frames: 188, hopFrames: 188, padding: 'zeros' };
  const [segment] = segmentsOf(manifest, noise(48_000));
  expect(largestDifference(segment.values, 96, expected.mel96)).toBeLessThan(2e-6);
  for (const id of ['discogs-effnet', 'maest-30s']) {
    const { normalise, ...rest } = manifestOf(id).frontEnd;
    expect({ ...rest, normalise: manifest.frontEnd.normalise }).toEqual(manifest.frontEnd);
    expect(normalise.divide).toBeCloseTo(id === 'maest-30s' ? 2 * 1.268292820667291 : 1, 12);
  }
});

test("YAMNet's log mel patches are TensorFlow's by NumPy, within 2e-6", () => {
  const [segment] = segmentsOf(manifestOf('yamnet'), noise(15_600));
  expect(segment.values.length).toBe(96 * 64);
  expect(largestDifference(segment.values, 64, expected.yamnet)).toBeLessThan(2e-6);
});

test("CLAP's mel spectrogram is that of its extractor, within 2e-5 dB", () => {
  const samples = Float32Array.from(
    { length: 480_000 },
    (_, n) =>
      0.5 * Math.sin((2 * Math.PI * 440 * n) / 48_000) +
      (0.25 * Math.sin((2 * Math.PI * 3000 * n) / 48_000) * n) / 480_000,
  );
  const [segment] = segmentsOf(manifestOf('clap-music'), samples);
  expect(segment.values.length).toBe(1001 * 64);
  expect(largestDifference(segment.values, 64, expected.clap)).toBeLessThan(2e-5);
});

test.each(['ast-audioset', 'yamnet', 'clap-music'])(
  'the chunks in which samples arrive change nothing (%s)',
  (id) => {
    const manifest = manifestOf(id);
    const samples = noise(manifest.frontEnd.sampleRate * 23);
    const whole = segmentsOf(manifest, samples, { chunk: samples.length });
    const inPieces = segmentsOf(manifest, samples, { chunk: 331 });
    expect(inPieces).toEqual(whole);
  },
);

test.each([0.1, 3, 10.2, 15, 16, 31, 47, 95.5])(
  '%s s give as many segments as foretold',
  (seconds) => {
    for (const id of ['ast-audioset', 'maest-30s', 'discogs-effnet', 'yamnet', 'clap-music']) {
      const manifest = manifestOf(id);
      const samples = noise(Math.round(manifest.frontEnd.sampleRate * seconds));
      expect(segmentsOf(manifest, samples).length, id).toBe(countSegments(manifest, seconds));
    }
  },
);

test('a limit takes segments spread evenly over the track', () => {
  const manifest = manifestOf('discogs-effnet');
  const all = segmentsOf(manifest, noise(16_000 * 60));
  const some = segmentsOf(manifest, noise(16_000 * 60), { limit: 4 });
  expect(some.length).toBe(4);
  for (const segment of some) expect(all).toContainEqual(segment);
  expect(some[0].startSeconds).toBeLessThan(15);
  expect(some[3].startSeconds).toBeGreaterThan(45);
});

test('a track that is too short is repeated or followed by silence, as its model asks', () => {
  const repeated = segmentsOf(manifestOf('musicnn-msd'), noise(8_000))[0].values;
  const frames = 1 + Math.floor(8_000 / 256);
  expect([...repeated.subarray(frames * 96, frames * 96 + 96)]).toEqual([
    ...repeated.subarray(0, 96),
  ]);
  expect(repeated.every(Number.isFinite)).toBe(true);
  expect(segmentsOf(manifestOf('ast-audioset'), noise(100)).length).toBe(0);
});
