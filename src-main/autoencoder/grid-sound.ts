import { makeMelBands } from '../embedding/room.ts';
import type { MelBands } from '../embedding/room.ts';
import { griffinLim } from './griffin-lim.ts';
import { framesIn, N_FFT, RANGE, SAMPLE_RATE } from './mel-grid.ts';
import type { GridShape } from './mel-grid.ts';

/** Longer sounds are cut: finding phases takes about as long as a quarter of the sound. */
const MOST_SECONDS = 8;
/** Rounds in which the spectrum comes nearer to one with the wanted mel bands. */
const ROUNDS = 12;
const PEAK = 0.8;

/**
 * A sound whose spectrogram is like a grid: columns are spread over their frames, mel bands over the bins
 * under them, and phases found by Griffin-Lim. What the grid has lost, such as pitch within a band, stays lost.
 * @returns a WAV file, mono, 16 bits, 22,050 Hz; at most eight seconds
 */
export function gridToWav(grid: Uint8Array, shape: GridShape): Uint8Array {
  const frames = Math.min(framesIn(shape.seconds), framesIn(MOST_SECONDS));
  const bank = bankOf(shape.bands);
  const energies = new Float64Array(shape.bands);
  const magnitudes = Array.from({ length: Math.max(2, frames) }, (_, frame) => {
    energiesAt(grid, shape, frame, energies);
    return spectrumOf(bank, energies);
  });
  return wavOf(griffinLim(magnitudes, 1));
}

const bankOf = (bands: number): MelBands =>
  makeMelBands({
    bands,
    sampleRate: SAMPLE_RATE,
    nFft: N_FFT,
    minHz: 0,
    maxHz: SAMPLE_RATE / 2,
    scale: 'slaney',
    norm: 'slaney',
    triangles: 'hertz',
  });

/** Between the middles of two columns lies a straight line in decibels. */
function energiesAt(
  grid: Uint8Array,
  { bands, columns, seconds }: GridShape,
  frame: number,
  out: Float64Array,
): void {
  const place = ((frame + 0.5) * columns) / framesIn(seconds) - 0.5;
  const left = Math.min(columns - 1, Math.max(0, Math.floor(place)));
  const right = Math.min(columns - 1, left + 1);
  const part = Math.min(1, Math.max(0, place - left));
  for (let band = 0; band < bands; band++) {
    const at = band * columns;
    const level = (1 - part) * grid[at + left] + part * grid[at + right];
    const decibels = RANGE * (level / 255 - 1);
    // The floor is silence, not a hiss at -80 dB.
    out[band] = level < 1 ? 0 : 10 ** (decibels / 10);
  }
}

/** Magnitudes per bin whose mel bands are near the wanted ones, by multiplicative steps (Lee & Seung 2001). */
function spectrumOf({ bands }: MelBands, energies: Float64Array): Float64Array {
  const power = new Float64Array(N_FFT / 2 + 1).fill(1e-12);
  const wanted = new Float64Array(power.length);
  const found = new Float64Array(power.length);
  const spread = (values: (band: number) => number, out: Float64Array): void => {
    out.fill(0);
    bands.forEach(({ first, weights }, band) => {
      const value = values(band);
      for (let k = 0; k < weights.length; k++) out[first + k] += weights[k] * value;
    });
  };
  const bandOf = (band: number): number => {
    const { first, weights } = bands[band];
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k] * power[first + k];
    return sum;
  };
  spread((band) => energies[band], wanted);
  power.set(wanted);
  for (let round = 0; round < ROUNDS; round++) {
    spread(bandOf, found);
    for (let k = 0; k < power.length; k++) {
      power[k] *= found[k] > 0 ? wanted[k] / found[k] : 0;
    }
  }
  return power.map(Math.sqrt);
}

function wavOf(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(Buffer.from(word, 'latin1'), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gain = peak > 0 ? (32_767 * PEAK) / peak : 0;
  const fade = Math.min(0.02 * SAMPLE_RATE, samples.length / 4);
  samples.forEach((value, i) => {
    const edge = Math.min(1, i / fade, (samples.length - 1 - i) / fade);
    view.setInt16(44 + 2 * i, Math.round(value * gain * edge), true);
  });
  return bytes;
}
