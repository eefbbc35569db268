import type { FrameRows, FrameWatcher } from '../features/room.ts';
import type { Panel, PanelName } from './contract.ts';
import { tempogram, tempoRows } from './tempogram.ts';
import { meanColumns, MOST_COLUMNS, TimeColumns } from './time-columns.ts';

const BINS = 1025;
const SPECTROGRAM_ROWS = 256;
const BINS_PER_ROW = (BINS - 1) / SPECTROGRAM_ROWS;
const NYQUIST = 11025;
const FRAME_SAMPLES = 512;
/** Decibels below the loudest value at which spectrograms end. */
const DEPTH = 80;
const PITCHES = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'];
const TONNETZ = ['Fifth x', 'Fifth y', 'Minor x', 'Minor y', 'Major x', 'Major y'];
/** Deviations from a coefficient's mean at which its colours end. */
const MFCC_REACH = 2.5;

/** All panels of a track: what each is, and the bytes laid out as told at `Panel`. */
export interface DrawnPanels {
  columns: number;
  panels: Panel[];
  bytes: Uint8Array;
}

/** Collects what the feature extractor shows of one track while it computes the values. */
export class PanelMaker implements FrameWatcher {
  readonly #spectrogram = new TimeColumns(SPECTROGRAM_ROWS);
  /** Lowest and highest sample of each frame. */
  readonly #lows: number[] = [];
  readonly #highs: number[] = [];
  /** Of the frame that is being filled. */
  #low = Infinity;
  #high = -Infinity;
  #filled = 0;
  #frames = 0;
  readonly #rows = new Map<FrameRows, Float32Array[]>();

  /** Samples of the mono mix at 22,050 Hz, in chunks of any size. */
  addSamples(samples: Float32Array): void {
    for (const value of samples) {
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
      if (++this.#filled === FRAME_SAMPLES) this.#closeFrame();
    }
  }

  #closeFrame(): void {
    this.#lows.push(this.#low);
    this.#highs.push(this.#high);
    this.#low = Infinity;
    this.#high = -Infinity;
    this.#filled = 0;
  }

  onSpectra(_first: number, magnitudes: Float32Array): void {
    for (let lane = 0; lane < 4; lane++) {
      const frame = new Float32Array(SPECTROGRAM_ROWS);
      for (let row = 0; row < SPECTROGRAM_ROWS; row++) {
        for (let bin = row * BINS_PER_ROW; bin < (row + 1) * BINS_PER_ROW; bin++) {
          frame[row] += magnitudes[4 * bin + lane] / BINS_PER_ROW;
        }
      }
      this.#spectrogram.add(frame);
    }
  }

  onRows(name: FrameRows, rows: Float32Array[]): void {
    this.#frames = Math.max(this.#frames, rows[0].length);
    this.#rows.set(
      name,
      rows.map((row) => row.slice()),
    );
  }

  /** When the values are made. */
  finish(): DrawnPanels {
    if (this.#filled > 0) this.#closeFrame();
    const columns = Math.max(1, Math.min(MOST_COLUMNS, this.#frames));
    const pooled = (name: FrameRows): Float32Array[] =>
      this.#rows.get(name)!.map((row) => meanColumns(row, columns));
    const drawn = [
      this.#waveform(columns),
      spectrogramOf(this.#spectrogram.finish(columns)),
      panel('mel', pooled('mel'), [-DEPTH, 0], 'dB', melNames(128)),
      panel('mfcc', pooled('mfcc').map(standardised), [-MFCC_REACH, MFCC_REACH], 'deviations', [
        ...Array.from({ length: 20 }, (_, i) => String(i)),
      ]),
      panel('chroma', pooled('chroma'), [0, 1], '', PITCHES),
      panel(
        'tempogram',
        tempogram(this.#rows.get('onset')![0], columns),
        [0, 1],
        '',
        tempoRows.map((bpm) => `${Math.round(bpm)} BPM`),
      ),
      tonnetzOf(pooled('tonnetz')),
    ];
    return { columns, panels: drawn.map((one) => one.panel), bytes: pack(columns, drawn) };
  }

  #waveform(columns: number): Drawn {
    const extreme = (values: number[], pick: (...all: number[]) => number): Float32Array =>
      Float32Array.from({ length: columns }, (_, column) => {
        const from = Math.floor((column * values.length) / columns);
        const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
        return values.length > 0 ? pick(...values.slice(from, to)) : 0;
      });
    const rows = [extreme(this.#lows, Math.min), extreme(this.#highs, Math.max)];
    return panel('waveform', rows, [-1, 1], '', ['lowest', 'highest']);
  }
}

interface Drawn {
  panel: Panel;
  bytes: Uint8Array;
}

function panel(
  name: PanelName,
  rows: Float32Array[],
  [low, high]: [number, number],
  unit: string,
  rowNames: string[],
): Drawn {
  const columns = rows[0].length;
  const bytes = new Uint8Array(rows.length * columns);
  rows.forEach((row, r) =>
    row.forEach((value, column) => {
      const share = (value - low) / (high - low);
      bytes[r * columns + column] = Math.round(255 * Math.max(0, Math.min(1, share || 0)));
    }),
  );
  return { panel: { name, rows: rows.length, low, high, unit, rowNames }, bytes };
}

function spectrogramOf(magnitudes: Float32Array[]): Drawn {
  const largest = magnitudes.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0);
  const decibels = magnitudes.map((row) =>
    row.map((value) => (value > 0 ? 20 * Math.log10(value / largest) : -DEPTH)),
  );
  const names = decibels.map((_, row) => hertzName((row * NYQUIST) / SPECTROGRAM_ROWS));
  return panel('spectrogram', decibels, [-DEPTH, 0], 'dB', names);
}

function tonnetzOf(rows: Float32Array[]): Drawn {
  const largest = rows.reduce(
    (most, row) => row.reduce((a, b) => Math.max(a, Math.abs(b)), most),
    0,
  );
  return panel('tonnetz', rows, [-(largest || 1), largest || 1], '', TONNETZ);
}

/** Coefficients differ a hundredfold in size: each is shown by its own spread. */
function standardised(row: Float32Array): Float32Array {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  const deviation = Math.sqrt(variance);
  return row.map((value) => (deviation > 1e-6 ? (value - mean) / deviation : 0));
}

const hertzName = (hertz: number): string =>
  hertz < 1000 ? `${Math.round(hertz)} Hz` : `${(hertz / 1000).toFixed(1)} kHz`;

/** Middle frequencies of Slaney's mel bands. */
function melNames(bands: number): string[] {
  const top = 15 + Math.log(NYQUIST / 1000) / (Math.log(6.4) / 27);
  return Array.from({ length: bands }, (_, band) => {
    const mel = (top * (band + 1)) / (bands + 1);
    const hertz = mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27);
    return hertzName(hertz);
  });
}

function pack(columns: number, drawn: readonly Drawn[]): Uint8Array {
  const header = Uint32Array.from([columns, drawn.length, ...drawn.map((one) => one.panel.rows)]);
  const bytes = drawn.map((one) => one.bytes);
  return new Uint8Array(Buffer.concat([new Uint8Array(header.buffer), ...bytes]));
}
