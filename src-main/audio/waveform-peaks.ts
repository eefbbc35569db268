/** Pairs in the overview of a track that is stored. */
const STORED_PAIRS = 1000;
const MAX_PAIRS = 1 << 14;

/** Lowest and highest sample of equal stretches of a track whose length is not known yet. */
export class WaveformPeaks {
  #pairs: number[] = [];
  /** How many arriving pairs make one kept pair. */
  #merge = 1;
  #pending: number[] = [];

  /** @param pairs low, high, low, high … of the next stretches, each -1 to 1 */
  add(pairs: Float32Array): void {
    for (let i = 0; i < pairs.length; i += 2) {
      this.#pending.push(pairs[i], pairs[i + 1]);
      if (this.#pending.length === 2 * this.#merge) this.#keep();
    }
  }

  #keep(): void {
    this.#pairs.push(...extremes(this.#pending));
    this.#pending = [];
    if (this.#pairs.length < 2 * MAX_PAIRS) return;
    this.#pairs = halve(this.#pairs);
    this.#merge *= 2;
  }

  /** Silence between the passages of a long track. */
  addSilence(pairs: number): void {
    for (let i = 0; i < pairs; i++) this.add(new Float32Array(2));
  }

  /** At most 1,000 pairs of bytes around 128. */
  finish(): Uint8Array {
    if (this.#pending.length > 0) this.#keep();
    const count = this.#pairs.length / 2;
    const stored = Math.min(STORED_PAIRS, count);
    const bytes = new Uint8Array(2 * stored);
    for (let i = 0; i < stored; i++) {
      const from = 2 * Math.floor((i * count) / stored);
      const to = 2 * Math.max(Math.floor(((i + 1) * count) / stored), from / 2 + 1);
      const [low, high] = extremes(this.#pairs.slice(from, to));
      bytes[2 * i] = toByte(low);
      bytes[2 * i + 1] = toByte(high);
    }
    return bytes;
  }
}

function extremes(pairs: number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < pairs.length; i += 2) {
    low = Math.min(low, pairs[i]);
    high = Math.max(high, pairs[i + 1]);
  }
  return [low, high];
}

function halve(pairs: number[]): number[] {
  const halved: number[] = [];
  for (let i = 0; i < pairs.length; i += 4) halved.push(...extremes(pairs.slice(i, i + 4)));
  return halved;
}

const toByte = (sample: number): number =>
  Math.max(0, Math.min(255, Math.round(128 + 127 * sample)));
