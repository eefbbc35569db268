import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeTrack, findFfmpeg, measureTruePeak, transcode } from './room.ts';
import type { DecodeResult, Ffmpeg, SampleSinks } from './room.ts';

const wasm = fileURLToPath(new URL('../../resources/wasm/ingest.wasm', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'earshot-decode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let ffmpeg: Ffmpeg;
beforeAll(async () => {
  const found = await findFfmpeg({ settingPath: null });
  expect(found.message).toBeNull();
  ffmpeg = found.ffmpeg!;
});

const file = (name: string): string => join(folder, name);

/** Writes a file with ffmpeg's own generators. */
function make(name: string, source: string, seconds: number, ...options: string[]): string {
  const input = ['-f', 'lavfi', '-t', String(seconds), '-i', source];
  execFileSync(ffmpeg.path, [
    '-nostdin',
    '-v',
    'error',
    '-y',
    ...input,
    ...options,
    `file:${file(name)}`,
  ]);
  return file(name);
}

const TONES = 'aevalsrc=0.3*sin(2*PI*440*t)|0.2*sin(2*PI*660*t):s=44100';

const decode = (path: string | Buffer, sinks: SampleSinks = {}): Promise<DecodeResult> =>
  decodeTrack(ffmpeg, Buffer.from(path as string), sinks, { wasm, timeoutSeconds: 60 });

test.each([
  ['tones.wav', []],
  ['tones.flac', []],
  ['tones.mp3', ['-b:a', '192k']],
  ['tones.ogg', ['-c:a', 'libvorbis']],
  ['tones.opus', ['-c:a', 'libopus']],
  ['tones.m4a', ['-c:a', 'aac']],
  ['alac.m4a', ['-c:a', 'alac']],
  ['tones.aiff', []],
  ['tones.wma', []],
  ['tones.wv', []],
  ['tones.webm', ['-c:a', 'libopus']],
  ['tones.mka', ['-c:a', 'flac']],
])('%s is heard', async (name, options) => {
  let samples = 0;
  const result = await decode(make(name, TONES, 4, ...options), {
    onMono22050: (chunk) => (samples += chunk.length),
  });
  expect(result.durationSeconds).toBeGreaterThan(3.9);
  expect(result.durationSeconds).toBeLessThan(4.2);
  expect(samples).toBe(Math.round(result.analysedSeconds * 22_050));
  expect(result.partial).toBeNull();
  expect(result.samplePeak).toBeGreaterThan(0.22);
  expect(result.samplePeak).toBeLessThan(0.32);
  expect(result.peaks.length).toBeGreaterThan(600);
  expect(result.audioHash).toMatch(/^[0-9a-f]{64}$/);
});

/** What ffmpeg's own meter says at the end, to three decimals. */
function meterOf(path: string): { loudness: number; range: number } {
  const log = 'ebur128=metadata=1,ametadata=print:file=-';
  const args = ['-nostdin', '-v', 'error', '-i', path, '-af', log, '-f', 'null', '/dev/null'];
  const text = spawnSync(ffmpeg.path, args, { maxBuffer: 1 << 26 }).stdout.toString();
  const last = (name: string): number =>
    Number([...text.matchAll(new RegExp(`lavfi\\.r128\\.${name}=(-?[\\d.]+)`, 'g'))].at(-1)![1]);
  return { loudness: last('I'), range: last('LRA') };
}

const SURROUND = 'aevalsrc=0.2*sin(2*PI*300*t)|-0.2*sin(2*PI*300*t)|0.1*sin(2*PI*900*t)|';

test.each([
  ['loud-stereo', 'aevalsrc=0.4*sin(2*PI*997*t)*(0.5+0.5*sin(0.7*t))|0.1*sin(2*PI*3000*t):s=44100'],
  ['loud-mono', 'aevalsrc=0.3*sin(2*PI*220*t):s=44100'],
  [
    'loud-swells',
    'anoisesrc=r=44100:a=0.5:color=pink:seed=3,lowpass=f=6000:p=2,lowpass=f=6000:p=2,tremolo=f=0.1:d=0.9',
  ],
  ['loud-quad', `${SURROUND}0.1*sin(2*PI*700*t):s=48000:c=4.0`],
  [
    'loud-surround',
    `${SURROUND}0.4*sin(2*PI*60*t)|0.2*sin(2*PI*500*t)|0.2*sin(2*PI*1100*t)*sin(t):s=48000:c=5.1`,
  ],
])('loudness is within 0.1 LU of ffmpeg’s own meter: %s', async (name, source) => {
  const path = make(`${name}.wav`, source, 40);
  const meter = meterOf(path);
  const { integratedLoudness, loudnessRange } = await decode(path);
  expect(Math.abs(integratedLoudness! - meter.loudness)).toBeLessThan(0.1);
  expect(Math.abs(loudnessRange! - meter.range)).toBeLessThan(0.2);
});

test('the true peak lies between the samples', async () => {
  // A quarter of the rate, off by an eighth of a turn: every sample is 0.707 of what it swings to.
  const path = make(
    'peaks.wav',
    'aevalsrc=0.5*sin(2*PI*11025*t+PI/4):s=44100,afade=d=0.5,afade=t=out:st=1.5:d=0.5',
    2,
  );
  expect(await measureTruePeak(ffmpeg, Buffer.from(path))).toBeCloseTo(20 * Math.log10(0.5), 0);
  const missing = measureTruePeak(ffmpeg, Buffer.from(file('no-peaks.wav')));
  await expect(missing).rejects.toMatchObject({ code: 'file-missing' });
});

test('samples that are no numbers, or beyond all measure, hurt nothing', async () => {
  const floats = Float32Array.from({ length: 2 * 44_100 }, (_, i) => 0.3 * Math.sin(i / 20));
  floats.set([NaN, Infinity, -Infinity, 3e38, -3e38], 30_000);
  const raw = ['-f', 'f32le', '-ar', '44100', '-ac', '2', '-i', 'pipe:0', '-c:a', 'pcm_f32le'];
  const input = new Uint8Array(floats.buffer);
  execFileSync(ffmpeg.path, ['-v', 'error', '-y', ...raw, file('odd.wav')], { input });
  let isFinite = true;
  const check = (chunk: Float32Array): void => void (isFinite &&= chunk.every(Number.isFinite));
  const result = await decode(file('odd.wav'), { onMono22050: check, onMono16000: check });
  expect(isFinite).toBe(true);
  expect(Number.isFinite(result.samplePeak)).toBe(true);
  expect(Number.isFinite(result.integratedLoudness)).toBe(true);
});

test('one decode serves every rate', async () => {
  const counts = { 22050: 0, 16000: 0, 48000: 0 };
  await decode(make('rates.flac', TONES, 5), {
    onMono22050: (chunk) => (counts[22050] += chunk.length),
    onMono16000: (chunk) => (counts[16000] += chunk.length),
    onMono48000: (chunk) => (counts[48000] += chunk.length),
  });
  for (const rate of [22050, 16000, 48000] as const) {
    expect(Math.abs(counts[rate] - 5 * rate)).toBeLessThan(20);
  }
});

test('the same sound has the same identity, whatever its tags and name', async () => {
  const plain = make('plain.flac', TONES, 3);
  const tagged = make('tagged.flac', TONES, 3, '-metadata', 'title=Another');
  const other = make('other.flac', TONES.replace('440', '441'), 3);
  const [a, b, c] = await Promise.all([plain, tagged, other].map((path) => decode(path)));
  expect(a.audioHash).toBe(b.audioHash);
  expect(a.audioHash).not.toBe(c.audioHash);
});

test.each(['-dash.wav', 'new\nline.wav', '🎷 a:b %03d.wav', 'quo\'te".wav', 'ffconcat:x.wav'])(
  'the name %j is only a name',
  async (name) => {
    renameSync(make('named.wav', TONES, 1), file(name));
    expect((await decode(file(name))).durationSeconds).toBeCloseTo(1, 1);
  },
);

test.runIf(process.platform === 'linux')('a name that is no UTF-8 is opened', async () => {
  const name = Buffer.concat([
    Buffer.from(`${folder}/caf`),
    Buffer.from([0xe9, 0x2e]),
    Buffer.from('wav'),
  ]);
  renameSync(make('latin.wav', TONES, 1), name);
  const result = await decodeTrack(ffmpeg, name, {}, { wasm });
  expect(result.durationSeconds).toBeCloseTo(1, 1);
});

test.each([
  [8, '7.1'],
  [16, 'hexadecagonal'],
])('%i channels (%s) are mixed and do not become louder than one', async (count, layout) => {
  const source = `aevalsrc=${Array(count).fill('0.3*sin(2*PI*440*t)').join('|')}:s=48000:c=${layout}`;
  const { channels, samplePeak } = await decode(make(`${layout}.wav`, source, 2));
  expect(channels).toBe(count);
  expect(samplePeak).toBeCloseTo(0.3, 1);
});

test('silence has no loudness', async () => {
  const result = await decode(make('silence.wav', 'anullsrc=r=44100:cl=stereo', 2));
  expect([result.integratedLoudness, result.loudnessRange, result.samplePeak]).toEqual([
    null,
    null,
    0,
  ]);
});

test('a truncated file is partial and says where it breaks off', async () => {
  const path = make('cut.flac', 'anoisesrc=r=44100:a=0.2', 20);
  truncateSync(path, Math.round(readFileSync(path).length / 3));
  expect((await decode(path)).partial).toMatch(/breaks off: \d+ of 20 seconds/);
});

test('damage in the middle is partial; a guessed length is not taken at its word', async () => {
  const path = make('scratched.flac', TONES, 10);
  const bytes = readFileSync(path);
  for (let at = bytes.length >> 2; at < bytes.length >> 1; at += 97) bytes[at] ^= 0xff;
  writeFileSync(path, bytes);
  expect((await decode(path)).partial).toMatch(/damaged|breaks off/);
  const quietStart = 'aevalsrc=if(gt(t\\,20)\\,random(0)-0.5\\,0):s=44100';
  const guessed = make('guessed.mp3', quietStart, 40, '-write_xing', '0', '-q:a', '4');
  expect((await decode(guessed)).partial).toBeNull();
});

test('a few samples have a picture and a peak', async () => {
  const { peaks, samplePeak } = await decode(make('click.wav', TONES, 0.005));
  expect(peaks.length).toBe(2);
  expect(samplePeak).toBeGreaterThan(0.1);
});

test('a name that is no UTF-8 and leads nowhere is missing', async () => {
  const name = Buffer.concat([Buffer.from(`${folder}/gone`), Buffer.from([0xe9])]);
  const decoding = decodeTrack(ffmpeg, name, {}, { wasm });
  await expect(decoding).rejects.toMatchObject({ code: 'file-missing' });
});

test.each([
  ['empty.mp3', '', /^The file is empty\.$/],
  ['text.mp3', 'This is a letter, not a song.\n'.repeat(100), /is text, not music/],
  [
    'page.flac',
    '<!DOCTYPE html><html><body>404 Not found</body></html>',
    /is a web page, not music/,
  ],
  ['zeros.flac', '\0'.repeat(5000), /zeros instead of music/],
  ['noise.ogg', '\u0001\u0002\u0003'.repeat(5000), /damaged\.$/],
  ['playlist.mp3', `ffconcat version 1.0\nfile 'tones.wav'\n`, /is a playlist, not music/],
  [
    'hls.mp3',
    `#EXTM3U\n#EXTINF:10,\nfile://${join(folder, 'tones.wav')}\n#EXT-X-ENDLIST\n`,
    /is a playlist, not music/,
  ],
])('%s is refused with a sentence', async (name, content, message) => {
  make('tones.wav', TONES, 2);
  writeFileSync(file(name), content);
  await expect(decode(file(name))).rejects.toMatchObject({
    code: 'decode-failed',
    message: expect.stringMatching(message),
  });
});

test('a film is heard, a picture is not', async () => {
  const film = make(
    'film.mkv',
    'testsrc=s=64x64',
    1,
    '-f',
    'lavfi',
    '-t',
    '1',
    '-i',
    TONES,
    '-c:a',
    'flac',
  );
  expect((await decode(film)).durationSeconds).toBeCloseTo(1, 1);
  const picture = make('picture.m4a', 'testsrc=s=64x64', 1, '-c:v', 'mjpeg', '-f', 'mp4');
  await expect(decode(picture)).rejects.toMatchObject({ code: 'no-audio' });
  await expect(decode(file('nothing-there.wav'))).rejects.toMatchObject({ code: 'file-missing' });
});

test('a long file is heard in passages, with bounded time and memory', async () => {
  const path = make('long.wav', 'anoisesrc=r=8000:a=0.1:color=pink', 4000, '-c:a', 'pcm_u8');
  let samples = 0;
  const before = process.memoryUsage.rss();
  const result = await decode(path, { onMono22050: (chunk) => (samples += chunk.length) });
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
  expect(result.durationSeconds).toBeCloseTo(4000, 0);
  expect(result.analysedSeconds).toBeCloseTo(1200, 0);
  expect(samples).toBeLessThanOrEqual(1200 * 22_050 + 22_050);
  expect(result.passages.length).toBe(10);
  expect(result.passages[9].startSeconds).toBeGreaterThan(3600);
  expect(result.peaks.length).toBe(2000);
});

test('an abort ends the decode', async () => {
  const path = make('abort.wav', 'anullsrc=r=44100:cl=stereo', 600);
  const stop = new AbortController();
  const sinks = { onMono22050: () => stop.abort() };
  const decoding = decodeTrack(ffmpeg, Buffer.from(path), sinks, { wasm, signal: stop.signal });
  await expect(decoding).rejects.toMatchObject({ code: 'cancelled' });
});

test('a format that browsers do not play becomes FLAC, from any second on', async () => {
  const path = make('play.wv', TONES, 6);
  const bytes = await new Response(
    transcode(ffmpeg, Buffer.from(path), { startSeconds: 4 }) as unknown as BodyInit,
  ).bytes();
  expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('fLaC');
  writeFileSync(file('played.flac'), bytes);
  expect((await decode(file('played.flac'))).durationSeconds).toBeCloseTo(2, 1);
});

test('a setting that names no ffmpeg is said and passed over', async () => {
  const found = await findFfmpeg({ settingPath: '/nowhere/ffmpeg' });
  expect(found.ffmpeg?.source).not.toBe('setting');
});
