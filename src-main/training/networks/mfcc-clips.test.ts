import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clipShape, MfccClips } from './mfcc-clips.ts';

const FIXTURES = new URL('../../features/fixtures/', import.meta.url);
const librosa = JSON.parse(readFileSync(new URL('librosa.json', FIXTURES), 'utf8')) as Record<
  string,
  { vector: number[] }
>;

function samplesOf(name: string): Float32Array {
  const bytes = readFileSync(new URL(`${name}.f32`, FIXTURES));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function clipsOf(samples: Float32Array, seconds: number, mostClips = 100): Float32Array[] {
  const clips = new MfccClips({ seconds, mostClips }, samples.length / 22_050);
  for (let at = 0; at < samples.length; at += 5000) clips.push(samples.subarray(at, at + 5000));
  return clips.finish();
}

test.each(['syn_noise', 'syn_Amajor'])('the MFCC of %s have the means of librosa', (name) => {
  const [clip, ...others] = clipsOf(samplesOf(name), 5);
  expect(others).toEqual([]);
  const [coefficients, frames] = clipShape({ seconds: 5 });
  expect(clip).toHaveLength(coefficients * frames);
  for (let k = 0; k < coefficients; k++) {
    const row = clip.subarray(k * frames, (k + 1) * frames);
    const mean = row.reduce((sum, value) => sum + value, 0) / frames;
    expect(Math.abs(mean - librosa[name].vector[k]), `coefficient ${k}`).toBeLessThan(0.02);
  }
});

test('short tracks are looped, long ones cut, and not more clips are taken than asked for', () => {
  const noise = samplesOf('syn_noise');
  const looped = new Float32Array(2 * noise.length);
  looped.set(noise);
  looped.set(noise, noise.length);
  expect(clipsOf(noise, 10)).toEqual(clipsOf(looped, 10));
  expect(clipsOf(noise, 1)).toHaveLength(5);
  expect(clipsOf(noise, 1, 2)).toHaveLength(2);
  expect(clipsOf(noise.subarray(0, 100), 2)[0]).toHaveLength(13 * clipShape({ seconds: 2 })[1]);
});
