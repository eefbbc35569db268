/** Samples per second of everything that is played here. */
export const SAMPLE_RATE = 32000;

/** Uniform numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const hertz = (midi: number): number => 440 * 2 ** ((midi - 69) / 12);

export type Wave = 'sine' | 'triangle' | 'square' | 'saw' | 'organ' | 'bell';

const WAVES: Record<Wave, (phase: number) => number> = {
  sine: (p) => Math.sin(2 * Math.PI * p),
  triangle: (p) => 1 - 4 * Math.abs(((p + 0.25) % 1) - 0.5),
  square: (p) => (p % 1 < 0.5 ? 0.7 : -0.7),
  saw: (p) => 2 * (p % 1) - 1,
  organ: (p) => {
    const a = 2 * Math.PI * p;
    return (
      0.6 * Math.sin(a) + 0.3 * Math.sin(2 * a) + 0.2 * Math.sin(3 * a) + 0.1 * Math.sin(4 * a)
    );
  },
  bell: (p) => Math.sin(2 * Math.PI * p + 1.6 * Math.sin(2 * Math.PI * 3.01 * p)),
};

export interface Note {
  at: number;
  seconds: number;
  midi: number;
  wave: Wave;
  gain: number;
  /** -1 left to 1 right. */
  pan?: number;
  attack?: number;
  release?: number;
  /** Halves the sound every so many seconds, as a struck string does. */
  decay?: number;
  /** Depth of a vibrato in semitones, at 5 Hz. */
  vibrato?: number;
}

/** Where instruments play: stereo samples that add up. */
export class Tape {
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #random: () => number;

  constructor(seconds: number, random: () => number) {
    const length = Math.round(seconds * SAMPLE_RATE);
    this.#left = new Float32Array(length);
    this.#right = new Float32Array(length);
    this.#random = random;
  }

  get seconds(): number {
    return this.#left.length / SAMPLE_RATE;
  }

  note({ at, seconds, midi, wave, gain, ...rest }: Note): void {
    const { pan = 0, attack = 0.01, release = 0.05, decay, vibrato = 0 } = rest;
    const shape = WAVES[wave];
    const step = hertz(midi) / SAMPLE_RATE;
    const fade = decay ? 0.5 ** (1 / (decay * SAMPLE_RATE)) : 1;
    let phase = 0;
    let level = gain;
    this.#mix(at, seconds + release, pan, (i) => {
      const t = i / SAMPLE_RATE;
      const bend = vibrato > 0 ? 2 ** ((vibrato * Math.sin(2 * Math.PI * 5 * t)) / 12) : 1;
      phase += step * bend;
      level *= fade;
      const rise = Math.min(1, t / attack);
      const fall = Math.min(1, Math.max(0, (seconds + release - t) / release));
      return level * rise * fall * shape(phase);
    });
  }

  /** A plucked string (Karplus and Strong 1983). */
  pluck(at: number, midi: number, gain: number, pan = 0, damping = 0.996): void {
    const period = Math.max(2, Math.round(SAMPLE_RATE / hertz(midi)));
    const string = Float32Array.from({ length: period }, () => 2 * this.#random() - 1);
    this.#mix(at, 2.5, pan, (i) => {
      const here = i % period;
      const value = string[here];
      string[here] = (damping * (value + string[(here + 1) % period])) / 2;
      return gain * value;
    });
  }

  kick(at: number, gain: number): void {
    let phase = 0;
    this.#mix(at, 0.35, 0, (i) => {
      const t = i / SAMPLE_RATE;
      phase += (45 + 130 * Math.exp(-t * 35)) / SAMPLE_RATE;
      return gain * Math.exp(-t * 9) * Math.sin(2 * Math.PI * phase);
    });
  }

  /** Noise that fades; `bright` keeps only what changes quickly. */
  noise(at: number, seconds: number, gain: number, { bright = true, pan = 0 } = {}): void {
    let before = 0;
    this.#mix(at, seconds, pan, (i) => {
      const white = 2 * this.#random() - 1;
      const value = bright ? white - before : 0.5 * (white + before);
      before = white;
      return gain * Math.exp((-5 * i) / (seconds * SAMPLE_RATE)) * value * 0.6;
    });
  }

  snare(at: number, gain: number): void {
    this.noise(at, 0.18, gain, { bright: false });
    this.note({ at, seconds: 0.08, midi: 55, wave: 'triangle', gain: gain * 0.6, decay: 0.03 });
  }

  /** A steady stream such as rain or wind: filtered noise whose strength drifts. */
  stream(gain: number, smoothness: number, drift: number): void {
    let left = 0;
    let right = 0;
    let strength = 0.5;
    for (let i = 0; i < this.#left.length; i++) {
      if (i % 800 === 0)
        strength = Math.min(1, Math.max(0.2, strength + drift * (this.#random() - 0.5)));
      left += smoothness * (2 * this.#random() - 1 - left);
      right += smoothness * (2 * this.#random() - 1 - right);
      this.#left[i] += gain * strength * left;
      this.#right[i] += gain * strength * right;
    }
  }

  /** Repeats what is there, later and softer, from side to side. */
  echo(seconds: number, feedback: number): void {
    const delay = Math.round(seconds * SAMPLE_RATE);
    for (let i = delay; i < this.#left.length; i++) {
      const left = this.#left[i - delay];
      this.#left[i] += feedback * this.#right[i - delay];
      this.#right[i] += feedback * left;
    }
  }

  /** Interleaved stereo at the given peak, faded in and out. */
  master(peak: number): Float32Array {
    const length = this.#left.length;
    const out = new Float32Array(2 * length);
    let largest = 1e-9;
    for (let i = 0; i < length; i++) {
      const edge = Math.min(1, i / (0.02 * SAMPLE_RATE), (length - i) / (1.5 * SAMPLE_RATE));
      out[2 * i] = edge * Math.tanh(this.#left[i]);
      out[2 * i + 1] = edge * Math.tanh(this.#right[i]);
      largest = Math.max(largest, Math.abs(out[2 * i]), Math.abs(out[2 * i + 1]));
    }
    for (let i = 0; i < out.length; i++) out[i] *= peak / largest;
    return out;
  }

  #mix(at: number, seconds: number, pan: number, sample: (i: number) => number): void {
    const from = Math.max(0, Math.round(at * SAMPLE_RATE));
    const count = Math.min(Math.round(seconds * SAMPLE_RATE), this.#left.length - from);
    const left = Math.cos(((pan + 1) * Math.PI) / 4);
    const right = Math.sin(((pan + 1) * Math.PI) / 4);
    for (let i = 0; i < count; i++) {
      const value = sample(i);
      this.#left[from + i] += left * value;
      this.#right[from + i] += right * value;
    }
  }
}
