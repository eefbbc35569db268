import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFfmpeg } from '../../audio/room.ts';
import { makeDemo } from '../../demo/room.ts';
import { forkNodeWorker } from '../node-workers.ts';
import { harmless } from './command.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-cli-'));
const music = join(folder, 'music');
const library = join(folder, 'library');

beforeAll(async () => {
  const ffmpeg = await findFfmpeg({ settingPath: null });
  const options = { perStyle: 1, seconds: [5, 6] as [number, number] };
  await makeDemo(music, ffmpeg, () => forkNodeWorker('demo'), options);
  writeFileSync(join(music, 'broken.mp3'), 'no music at all');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine([...args, '--library', library], {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    isTerminal: false,
  });
  return { code, stdout, stderr };
}
const runJson = async (...args: string[]) => {
  const { code, stdout } = await run(...args, '--json');
  return { code, document: JSON.parse(stdout) };
};

test('wrong use ends with 2 and says how', async () => {
  const wrong = [
    ['frobnicate'],
    [],
    ['index'],
    ['embed'],
    ['serve', '--port', '99999'],
    ['--what'],
  ];
  for (const { code, stdout, stderr } of await Promise.all(wrong.map((words) => run(...words)))) {
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Use: earshot');
  }
});

test('help tells the uses of one verb, or of all', async () => {
  const one = await run('compare', '--help');
  expect(one).toMatchObject({ code: 0, stderr: '' });
  expect(one.stdout).toContain('compare <id|path> <id|path>');
  expect(one.stdout).not.toContain('doctor');
  expect((await run('--help')).stdout).toContain('doctor');
});

test('the program ends with the code', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, [main, 'status', '--library', library], (error) =>
      resolve(error?.code),
    );
  });
  expect(ended).toBe(1);
});

test('a library that was never made is not made by looking', async () => {
  const { code, stderr } = await run('status');
  expect(code).toBe(1);
  expect(stderr).toContain('There is no library');
});

test('index, then everything that can be asked of a library', { timeout: 240_000 }, async () => {
  const first = await runJson('index', music, '--jobs', '1');
  expect(first.code).toBe(1); // One file is broken.
  expect(first.document.notice).toBeNull();
  expect(first.document).toMatchObject({ tracks: 9, indexed: 8, unchanged: 0 });
  expect(first.document.failed).toEqual([
    { path: join(music, 'broken.mp3'), code: expect.any(String), message: expect.any(String) },
  ]);
  expect(first.document.audioSeconds).toBeGreaterThan(35);
  expect(first.document.cpuSeconds).toBeGreaterThan(0);
  const second = await runJson('index', music);
  expect(second.document).toMatchObject({ tracks: 9, indexed: 0, unchanged: 8, audioSeconds: 0 });

  const { document: tracks } = await runJson('tracks');
  expect(tracks.length).toBe(9);
  const known = tracks.find((track: { status: string }) => track.status === 'analysed');
  const similar = await runJson('similar', String(known.id), '-n', '3', '--diversity', '0.5');
  expect(similar.document.results.length).toBe(3);
  const compared = await runJson('compare', String(known.id), String(known.id));
  expect(compared.document.similarity).toBeCloseTo(1, 5);
  expect((await run('similar', 'nowhere.mp3')).code).toBe(1);
  expect((await run('similar', String(known.id), '-n', 'many')).code).toBe(2);

  const out = (name: string): string => join(folder, name);
  expect((await run('map', '--dims', '3', '--out', out('map.json'))).code).toBe(0);
  const { map, points } = JSON.parse(readFileSync(out('map.json'), 'utf8'));
  expect(map.parameters).toMatchObject({ dims: 3, method: 'umap', seed: 42 });
  expect(points.map(({ position }: { position: number[] }) => position.length)).toEqual(
    new Array(8).fill(3),
  );
  expect((await run('map', '--dims', '4')).code).toBe(2);

  const ids = tracks.flatMap(({ id, status }: { id: number; status: string }) =>
    status === 'analysed' ? [String(id)] : [],
  );
  expect((await run('label', 'set', 'region', 'North', ...ids.slice(0, 4))).code).toBe(0);
  expect((await run('label', 'set', 'region', 'South', ...ids.slice(4))).code).toBe(0);
  expect((await run('label', 'export', 'region', '--out', out('labels.csv'))).code).toBe(0);
  const imported = await runJson('label', 'import', 'place', out('labels.csv'));
  expect(imported.document).toMatchObject({ labelledTracks: 8, skippedLines: 0 });
  const place = await runJson('label', 'list', 'place');
  expect(place.document.values.map(({ count }: { count: number }) => count)).toEqual([4, 4]);
  expect((await run('classify', 'predict', '--label', 'region')).code).toBe(1);
  const learned = await runJson('classify', 'train', '--label', 'region');
  expect(learned.document.classes).toEqual(['North', 'South']);
  const boundary = await runJson('boundary', '--label', 'region', '-n', '3');
  expect(boundary.document.length).toBe(3);
  const why = await runJson('classify', 'explain', ids[0], '--label', 'region');
  expect(why.document.candidates.length).toBe(2);
  expect((await run('classify', 'train')).code).toBe(2);
  expect((await run('label', 'frobnicate')).code).toBe(2);
  const sides = ['--rows', 'label:region', '--cols', 'genre'];
  const matrix = await runJson('matrix', ...sides, '--out', out('matrix.csv'));
  expect(matrix.document.rows.map(({ name }: { name: string }) => name)).toEqual([
    'North',
    'South',
  ]);
  expect(readFileSync(out('matrix.csv'), 'utf8').trim().split('\r\n').length).toBe(3);
  writeFileSync(out('mine.m3u8'), `#EXTM3U\n${known.title}\n`);
  expect(
    (await run('matrix', '--rows', `playlist:${out('mine.m3u8')}`, '--cols', 'genre')).code,
  ).toBe(1);
  expect((await run('matrix', '--rows', 'genre')).code).toBe(2);
  const { document: stats } = await runJson('stats', '--label', 'region');
  expect(stats).toMatchObject({ trackCount: 8, silhouette: expect.any(Number) });
  const journey = await runJson('journey', ids[0], '--out', out('journey.png'));
  expect(journey.document).toMatchObject({ libraryCount: 8, place: { isGuessed: false } });
  expect(readFileSync(out('journey.png')).toString('latin1', 1, 4)).toBe('PNG');
  expect((await run('export', '--out', out('e.csv'))).code).toBe(0);
  expect(readFileSync(out('e.csv'), 'utf8').trim().split('\r\n').length).toBe(9);
  expect((await run('export', '--out', out('e.npy'))).code).toBe(0);
  expect(readFileSync(out('e.npy')).length % 64).toBe((8 * 641 * 4) % 64);
  for (const verb of ['export', 'map']) {
    const { code, stderr } = await run(verb, '--out', '/nowhere/e.csv');
    expect([code, stderr]).toEqual([1, 'There is no folder /nowhere to write to.\n']);
  }
});

test('wrong use is said in a sentence, under the uses of the verb alone', async () => {
  const said: [string[], string][] = [
    [['tracks', '--jobs', '3'], '`tracks` knows no option --jobs.'],
    [['map', '--seed', '-1'], "Option '--seed' argument is ambiguous."],
    [['map', '--dims', '4'], '--dims is one of 2, 3.'],
    [['map', '--method', 'isomap'], '--method is one of umap, tsne, pca.'],
    [['similar', '1', '--diversity', '2'], '--diversity is 1 or less.'],
    [['similar', '1', '-n', '0'], '-n is a whole number from 1.'],
    [['index', music, '--jobs', 'x'], '--jobs needs a number.'],
  ];
  for (const [words, sentence] of said) {
    const { code, stderr } = await run(...words);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(sentence);
    expect(stderr).toContain(`  ${words[0]} `);
    expect(stderr).not.toContain('  doctor ');
    expect(code).toBe(2);
  }
});

test('embed needs no library and gives the values with their names', async () => {
  const file = join(folder, 'tone.wav');
  const { ffmpeg } = await findFfmpeg({ settingPath: null });
  const tone = ['-v', 'error', '-f', 'lavfi', '-i', 'sine=440:duration=5', file];
  await new Promise((resolve) => execFile(ffmpeg!.path, tone, resolve));
  const { code, document } = await runJson('embed', file);
  expect(code).toBe(0);
  expect(document).toMatchObject({ model: 'features', sampleRate: 22050, dims: 641 });
  expect([document.names.length, document.vector.length]).toEqual([641, 641]);
  expect(document.vector.every(Number.isFinite)).toBe(true);
  const broken = join(music, 'broken.mp3');
  expect(await run('embed', broken)).toMatchObject({
    code: 1,
    stderr: 'The file is text, not music.\n',
  });
  expect((await run('embed', 'gone.mp3')).stderr).toBe('There is no file gone.mp3.\n');
  expect((await run('embed', music)).stderr).toBe(`${music} is no file.\n`);
});

test('doctor tells what works', { timeout: 120_000 }, async () => {
  const { code, document } = await runJson('doctor');
  expect(code).toBe(0);
  expect(document.ffmpeg.version).toBeTruthy();
  const { version, providers } = document.onnxRuntime;
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(providers.at(-1)).toMatchObject({ provider: 'cpu', works: true, reason: null });
  expect(providers.at(-1).adapter).toBeTruthy();
});

test('a title cannot steer the terminal', () => {
  expect(harmless('a\x1b[2Jb\r\nc\u009bd')).toBe('a�[2Jb��c�d');
});
