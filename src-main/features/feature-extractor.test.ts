import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { FeatureExtractor, featureGroups, featureNames, MAX_SECONDS } from './room.ts';
import type { Features } from './room.ts';

const wasm = fileURLToPath(new URL('../../resources/wasm/features.wasm', import.meta.url));
/** Vectors of librosa 0.10.2.post1 for the signals beside them. */
const librosa = JSON.parse(
  readFileSync(new URL('fixtures/librosa.json', import.meta.url), 'utf8'),
) as Record<string, { vector: number[] }>;

let extractor: FeatureExtractor;
beforeAll(async () => {
  extractor = await FeatureExtractor.create(wasm);
});

function signal(name: string): Float32Array {
  if (name === 'syn_silence') return new Float32Array(110_250);
  const bytes = readFileSync(new URL(`fixtures/${name}.f32`, import.meta.url));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function extract(samples: Float32Array, chunk = 16_384): Features {
  for (let at = 0; at < samples.length; at += chunk)
    extractor.push(samples.subarray(at, at + chunk));
  return extractor.finish({ loudnessRange: 5.5 });
}

/** Clicks of 1 kHz that fade within 20 ms, every `period` seconds. */
function clicks(period: number, seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * 22_050 }, (_, i) => {
    const t = (i / 22_050) % period;
    return t < 0.02 ? Math.sin(2 * Math.PI * 1000 * t) * (1 - t / 0.02) : 0;
  });
}

/** Absolute for chroma and tonnetz, else relative to the largest value of the name. */
const differenceTo = (name: string, expected: number[], vector: Float32Array): number => {
  const dims = featureNames.flatMap((dim, i) =>
    i < expected.length && dim.replace(/_\d+$/, '') === name ? [i] : [],
  );
  const largest = Math.max(...dims.map((i) => Math.abs(expected[i])));
  const scale = /chroma|tonnetz/.test(name) || largest < 1e-5 ? 1 : largest;
  return Math.max(...dims.map((i) => Math.abs(vector[i] - expected[i]))) / scale;
};

/** Groups in which librosa's float32 noise decides where there is no sound, or only pure tones. */
const LOOSE: Record<string, string[]> = {
  syn_noise: [],
  syn_Amajor: ['contrast_mean', 'contrast_std', 'bandwidth_mean', 'chroma_mean', 'tonnetz_mean'],
  syn_short03: ['tempo', 'chroma_mean', 'tonnetz_mean', 'tonnetz_std', 'chroma_std'],
  syn_silence: [],
};

test.each(Object.keys(LOOSE))('the 634 published values are those of librosa: %s', (name) => {
  const { vector } = extract(signal(name));
  const expected = librosa[name].vector;
  const names = new Set(featureNames.slice(0, 634).map((dim) => dim.replace(/_\d+$/, '')));
  for (const group of names) {
    if (LOOSE[name].includes(group)) continue;
    const limit = /chroma|tonnetz/.test(group) ? 2e-3 : 1e-3;
    expect(differenceTo(group, expected, vector), group).toBeLessThan(limit);
  }
});

test('chroma and tonnetz of a chord are within 5e-3, its key is A major', () => {
  const { vector, key } = extract(signal('syn_Amajor'));
  const expected = librosa.syn_Amajor.vector;
  for (const dims of featureGroups.filter(({ name }) => name === 'tonnetz' || name === 'harmony')) {
    for (const i of dims.indices.filter((dim) => dim < 634)) {
      expect(Math.abs(vector[i] - expected[i]), featureNames[i]).toBeLessThan(5e-3);
    }
  }
  expect(key).toBe('A major');
});

test('every dimension has a name and one group', () => {
  expect(featureNames.length).toBe(641);
  expect(new Set(featureNames).size).toBe(641);
  const all = featureGroups.flatMap(({ indices }) => indices).sort((a, b) => a - b);
  expect(all).toEqual(featureNames.map((_, i) => i));
});

test('the chunks in which samples arrive change nothing, and no track changes the next', () => {
  const noise = signal('syn_noise');
  const once = extract(noise, noise.length);
  extract(clicks(0.5, 40));
  expect(extract(noise, 1_000)).toEqual(once);
  extractor.push(clicks(0.4, 3));
  extractor.reset();
  expect(extract(noise, 333)).toEqual(once);
});

test('a long track that was given up leaves nothing behind', () => {
  const once = extract(clicks(0.5, 60));
  extractor.push(clicks(0.4, 60));
  extractor.reset();
  expect(extract(clicks(0.5, 60))).toEqual(once);
});

test('tracks longer than a block of the separation have no seam', () => {
  const period = clicks(0.5, 70);
  const { vector } = extract(period);
  const short = extract(clicks(0.5, 35)).vector;
  const [tonnetz] = featureGroups.filter(({ name }) => name === 'tonnetz');
  for (const i of tonnetz.indices) expect(Math.abs(vector[i] - short[i])).toBeLessThan(0.02);
});

test('the tempo of clicks is found between the lags', () => {
  const { vector, tempo, tempoConfidence } = extract(clicks(0.5, 20));
  expect(tempo).toBeCloseTo(120, 0);
  expect(vector[featureNames.indexOf('tempo')]).toBeCloseTo(117.45, 1); // As librosa quantises it.
  expect(tempoConfidence).toBeGreaterThan(0.5);
});

test.each([0, 1, 100, 600, 2048, 30_000])('%i samples give finite values', (count) => {
  const { vector } = extract(signal('syn_noise').subarray(0, count));
  expect(vector.every(Number.isFinite)).toBe(true);
});

test('silence has no key and no tempo, and the loudness range is passed on', () => {
  const { key, tempo, vector } = extract(signal('syn_silence'));
  expect([key, tempo]).toEqual([null, null]);
  expect(vector[featureNames.indexOf('loudness_range')]).toBe(5.5);
});

test('what lies beyond the longest track is left out and takes no memory', () => {
  const before = process.memoryUsage.rss();
  const second = signal('syn_noise').subarray(0, 22_050);
  for (let i = 0; i < MAX_SECONDS + 30; i++) extractor.push(second);
  const { vector } = extractor.finish({ loudnessRange: null });
  expect(vector.every(Number.isFinite)).toBe(true);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400e6);
});
