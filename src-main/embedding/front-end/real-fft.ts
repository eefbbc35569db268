/**
 * The Fourier transform of real frames of one length, a power of two of at least 4. One complex transform
 * of half the length does the work of the whole (Numerical Recipes, 12.3); tables are made once.
 */
export class RealFft {
  readonly length: number;
  readonly #half: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #order: Uint32Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(length: number) {
    if (length < 4 || (length & (length - 1)) !== 0) throw new RangeError('not a power of two');
    this.length = length;
    const half = (this.#half = length >> 1);
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / length));
    const bits = Math.log2(half);
    this.#order = Uint32Array.from({ length: half }, (_, i) => reverseBits(i, bits));
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
  }

  /** Writes |X[k]|² for k = 0 … length / 2 into `power` from `frame` of `length` samples. */
  powerSpectrum(frame: Float64Array, power: Float64Array): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    for (let i = 0; i < half; i++) {
      const from = this.#order[i] << 1;
      re[i] = frame[from];
      im[i] = frame[from + 1];
    }
    this.#butterflies();
    power[0] = (re[0] + im[0]) ** 2;
    power[half] = (re[0] - im[0]) ** 2;
    for (let k = 1; k <= half >> 1; k++) {
      const j = half - k;
      const evenRe = (re[k] + re[j]) / 2;
      const evenIm = (im[k] - im[j]) / 2;
      const oddRe = (im[k] + im[j]) / 2;
      const oddIm = (re[j] - re[k]) / 2;
      const turnedRe = oddRe * this.#cos[k] + oddIm * this.#sin[k];
      const turnedIm = oddIm * this.#cos[k] - oddRe * this.#sin[k];
      power[k] = (evenRe + turnedRe) ** 2 + (evenIm + turnedIm) ** 2;
      power[j] = (evenRe - turnedRe) ** 2 + (evenIm - turnedIm) ** 2;
    }
  }

  #butterflies(): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    for (let size = 2; size <= half; size <<= 1) {
      const reach = size >> 1;
      const step = this.length / size;
      for (let k = 0; k < reach; k++) {
        const c = this.#cos[k * step];
        const s = this.#sin[k * step];
        for (let a = k; a < half; a += size) {
          const b = a + reach;
          const re1 = re[b] * c + im[b] * s;
          const im1 = im[b] * c - re[b] * s;
          re[b] = re[a] - re1;
          im[b] = im[a] - im1;
          re[a] += re1;
          im[a] += im1;
        }
      }
    }
  }
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((value >> i) & 1) << (bits - 1 - i);
  return reversed;
}
