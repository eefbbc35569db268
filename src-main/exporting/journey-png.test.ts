import { expect, test } from 'vitest';
import { panelColours } from '../drawing/journey/panel-colours.ts';
import { readPng } from '../base/fixtures/read-png.ts';
import type { Journey, Panel, PanelName } from '../journey/contract.ts';
import { journeyPng } from './journey-png.ts';

const NAMES: PanelName[] = [
  'waveform',
  'spectrogram',
  'mel',
  'mfcc',
  'chroma',
  'tempogram',
  'tonnetz',
];

/** Two columns, two rows each; the first column is 0 everywhere, the second 255. */
function journeyOf(more: Partial<Journey> = {}): { journey: Journey; bytes: Uint8Array } {
  const panels = NAMES.map((name): Panel => ({
    name,
    rows: 2,
    low: 0,
    high: 1,
    unit: '',
    rowNames: ['low', '高い'],
  }));
  const header = new Uint8Array(Uint32Array.from([2, 7, ...NAMES.map(() => 2)]).buffer);
  const bytes = new Uint8Array([...header, ...NAMES.flatMap(() => [0, 255, 0, 255])]);
  const journey = {
    durationSeconds: 4000,
    passages: [
      { startSeconds: 0, seconds: 100 },
      { startSeconds: 900, seconds: 100 },
    ],
    columns: 2,
    panels,
    tempo: null,
    key: null,
    groups: [
      {
        name: 'energy',
        label: 'Loudness',
        names: ['a'],
        values: [1],
        percentiles: [99],
        unusualCount: 1,
      },
    ],
    libraryCount: 10,
    place: { mapId: 1, x: 0, y: 0, isGuessed: false },
    ...more,
  };
  return { journey, bytes };
}

test('the picture holds every panel in its colours, the values and the map', () => {
  const places = Float32Array.of(0, 0, 1, 1);
  const whole = readPng(journeyPng({ title: '<Ω> – “x”', ...journeyOf(), places }));
  const spectrogram = panelColours('spectrogram');
  const seen = new Set<string>();
  for (let y = 0; y < whole.height; y++) seen.add(whole.at(1300, y).join());
  expect(seen).toContain([...spectrogram.subarray(3 * 255)].join());
  expect(seen).toContain([...panelColours('tonnetz').subarray(3 * 255)].join());

  const alone = { libraryCount: 0, place: null };
  const short = readPng(journeyPng({ title: '', ...journeyOf(alone), places: new Float32Array() }));
  expect(short.width).toBe(whole.width);
  expect(whole.height - short.height).toBeGreaterThan(400);
});
