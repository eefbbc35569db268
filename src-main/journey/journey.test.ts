import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import { saveVector } from '../embedding/room.ts';
import { FeatureExtractor, featureNames, FEATURES_MODEL } from '../features/room.ts';
import type { Features, FrameRows } from '../features/room.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { placeInLibrary } from './library-place.ts';
import { PanelMaker } from './panels.ts';
import type { DrawnPanels } from './panels.ts';
import { tempogram, tempoRows } from './tempogram.ts';
import { meanColumns, MOST_COLUMNS, TimeColumns } from './time-columns.ts';

const RATE = 22050;
let extractor: FeatureExtractor;
beforeAll(async () => {
  const wasm = new URL('../../resources/wasm/features.wasm', import.meta.url);
  extractor = await FeatureExtractor.create(fileURLToPath(wasm));
});

/** A tone of 1 kHz that comes and goes twice a second. */
const samples = Float32Array.from({ length: 20 * RATE }, (_, i) => {
  const t = i / RATE;
  return 0.5 * Math.sin(2 * Math.PI * 1000 * t) * (t % 0.5 < 0.1 ? 1 : 0.01);
});

interface Seen {
  features: Features;
  drawn: DrawnPanels;
  rows: Map<FrameRows, Float32Array[]>;
}

function hear(signal: Float32Array): Seen {
  const maker = new PanelMaker();
  const rows = new Map<FrameRows, Float32Array[]>();
  extractor.watch({
    onSpectra: (first, magnitudes) => maker.onSpectra(first, magnitudes),
    onRows: (name, views) => {
      rows.set(
        name,
        views.map((view) => view.slice()),
      );
      maker.onRows(name, views);
    },
  });
  maker.addSamples(signal);
  extractor.push(signal);
  const features = extractor.finish({ loudnessRange: null });
  extractor.watch(null);
  return { features, drawn: maker.finish(), rows };
}

/** A panel as [row][column] in its own unit. */
function read({ columns, panels, bytes }: DrawnPanels, name: string): number[][] {
  let at = 4 * (2 + panels.length);
  for (const panel of panels) {
    if (panel.name === name) {
      const { low, high } = panel;
      return Array.from({ length: panel.rows }, (_, r) =>
        [...bytes.subarray(at + r * columns, at + (r + 1) * columns)].map(
          (byte) => low + ((high - low) * byte) / 255,
        ),
      );
    }
    at += panel.rows * columns;
  }
  throw new Error(`no panel ${name}`);
}

test('what is shown is what the values are means of, and showing changes no value', () => {
  const { features, rows } = hear(samples);
  const means = (name: FrameRows): number[] =>
    rows.get(name)!.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  const values = (prefix: string): number[] =>
    featureNames.flatMap((dim, i) => (dim.startsWith(prefix) ? [features.vector[i]] : []));
  for (const [name, prefix] of [
    ['mel', 'mel_mean'],
    ['mfcc', 'mfcc_mean'],
    ['chroma', 'chroma_mean'],
    ['tonnetz', 'tonnetz_mean'],
  ] as const) {
    expect(means(name)).toHaveLength(values(prefix).length);
    means(name).forEach((mean, i) => expect(mean).toBeCloseTo(values(prefix)[i], 2));
  }
  extractor.push(samples);
  expect(extractor.finish({ loudnessRange: null }).vector).toEqual(features.vector);
});

test('each panel shows where the tone is', () => {
  const { drawn } = hear(samples);
  expect(drawn.columns).toBe(1 + Math.floor(samples.length / 512));
  expect([...new Uint32Array(drawn.bytes.slice(0, 8).buffer)]).toEqual([drawn.columns, 7]);
  const [lowest, highest] = read(drawn, 'waveform');
  expect(Math.max(...highest)).toBeCloseTo(0.5, 1);
  expect(Math.min(...lowest)).toBeCloseTo(-0.5, 1);
  const loudest = (table: number[][]): number => {
    const sums = table.map((row) => row.reduce((sum, value) => sum + value, 0));
    return sums.indexOf(Math.max(...sums));
  };
  expect(loudest(read(drawn, 'spectrogram'))).toBe(Math.floor(1000 / (11025 / 256)));
  const mel = drawn.panels.find(({ name }) => name === 'mel')!;
  expect(mel.rowNames[loudest(read(drawn, 'mel'))]).toMatch(/^(9\d\d Hz|1\.0 kHz)$/);
  const chroma = drawn.panels.find(({ name }) => name === 'chroma')!;
  expect(chroma.rowNames[loudest(read(drawn, 'chroma'))]).toBe('B'); // 988 Hz.
  expect(tempoRows[loudest(read(drawn, 'tempogram'))]).toBeCloseTo(120, -1);
});

test('silence and next to nothing give panels too', () => {
  for (const count of [0, 300, RATE]) {
    const { drawn } = hear(new Float32Array(count));
    expect(drawn.panels).toHaveLength(7);
    const rows = drawn.panels.reduce((sum, panel) => sum + panel.rows, 0);
    expect(drawn.bytes.length).toBe(4 * 9 + rows * drawn.columns);
  }
});

test('however long the track, its columns are means of equal stretches', () => {
  const columns = new TimeColumns(2);
  for (let frame = 0; frame < 10_000; frame++) columns.add(Float32Array.of(frame, 1));
  const [ramp, ones] = columns.finish(MOST_COLUMNS);
  expect(ramp).toHaveLength(MOST_COLUMNS);
  expect(ramp[0]).toBeLessThan(20);
  expect(ramp[600]).toBeGreaterThan(4900);
  expect(ramp[600]).toBeLessThan(5100);
  expect(new Set(ones)).toEqual(new Set([1]));
  expect([...meanColumns(Float32Array.of(1, 3, 5, 7), 2)]).toEqual([2, 6]);
  expect([...meanColumns(Float32Array.of(1, 3), 4)]).toEqual([1, 1, 3, 3]);
});

test('the tempogram follows a tempo that changes', () => {
  const onset = new Float32Array(4000);
  // 43.07 frames per second: every 43 frames is 60 BPM, every 20 is 129.
  for (let i = 0; i < 2000; i += 43) onset[i] = 1;
  for (let i = 2000; i < 4000; i += 20) onset[i] = 1;
  const rows = tempogram(onset, 40);
  const strongest = (column: number): number => {
    const heights = rows.map((row) => row[column]);
    return tempoRows[heights.indexOf(Math.max(...heights))];
  };
  expect(strongest(8)).toBeCloseTo(60, -0.5);
  expect(strongest(32)).toBeCloseTo(129, -0.7);
});

test('the place of a vector among the library’s', () => {
  const db = openDatabase(':memory:');
  addTracks(db, 0, 20);
  const model = { model: FEATURES_MODEL.id, version: FEATURES_MODEL.version };
  expect(placeInLibrary(db, { ...model, version: 'other' }, new Float32Array(641))).toEqual({
    count: 0,
    percentiles: null,
    nearest: [],
  });
  for (let id = 1; id <= 20; id++) {
    saveVector(db, model, id, new Float32Array(641).fill(id));
  }
  const place = placeInLibrary(db, model, new Float32Array(641).fill(6));
  expect(place.count).toBe(20);
  expect(place.percentiles![0]).toBeCloseTo((100 * 5.5) / 20, 9);
  expect(place.nearest[0]).toMatchObject({ recordingId: 6, distance: 0 });
  expect(
    place.nearest
      .slice(1, 3)
      .map(({ recordingId }) => recordingId)
      .sort(),
  ).toEqual([5, 7]);
});
