/** The Fourier transform of complex values of one length, a power of two, in place (Cooley & Tukey 1965). */
export class ComplexFft {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(length: number) {
    this.re = new Float64Array(length);
    this.im = new Float64Array(length);
    const turn = (2 * Math.PI) / length;
    this.#cos = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos(turn * k));
    this.#sin = Float64Array.from({ length: length / 2 }, (_, k) => Math.sin(turn * k));
  }

  forward(): void {
    this.#transform(this.re, this.im);
  }

  /** The inverse, divided by the length. Exchanging both parts turns the transform around. */
  backward(): void {
    this.#transform(this.im, this.re);
    const { length } = this.re;
    for (let i = 0; i < length; i++) {
      this.re[i] /= length;
      this.im[i] /= length;
    }
  }

  #transform(re: Float64Array, im: Float64Array): void {
    const n = re.length;
    const cos = this.#cos;
    const sin = this.#sin;
    this.#reorder(re, im);
    for (let size = 2; size <= n; size <<= 1) {
      const half = size >> 1;
      const step = n / size;
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
          const a = start + k;
          const b = a + half;
          const c = cos[k * step];
          const s = sin[k * step];
          const x = re[b] * c + im[b] * s;
          const y = im[b] * c - re[b] * s;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  }

  /** Every value goes to where its number is written backwards. */
  #reorder(re: Float64Array, im: Float64Array): void {
    for (let i = 1, j = 0; i < re.length; i++) {
      let bit = re.length >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i >= j) continue;
      const x = re[i];
      const y = im[i];
      re[i] = re[j];
      im[i] = im[j];
      re[j] = x;
      im[j] = y;
    }
  }
}
