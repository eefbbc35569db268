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
  /** One pass of radix 2 comes before those of radix 4. */
  readonly #hasOddStage: boolean;
  readonly #passes: { reach: number; twiddles: Float64Array }[] = [];

  constructor(length: number) {
    if (length < 4 || (length & (length - 1)) !== 0) throw new RangeError('not a power of two');
    this.length = length;
    const half = (this.#half = length >> 1);
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / length));
    const bits = Math.log2(half);
    this.#hasOddStage = bits % 2 === 1;
    for (let reach = this.#hasOddStage ? 2 : 1; reach < half; reach <<= 2) {
      this.#passes.push({ reach, twiddles: twiddlesOf(reach) });
    }
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
    if (this.#hasOddStage) this.#sumsAndDifferences();
    for (const { reach, twiddles } of this.#passes) {
      for (let first = 0; first < this.#half; first += reach << 2) {
        fourfold(this.#re, this.#im, first, reach, twiddles);
      }
    }
  }

  #sumsAndDifferences(): void {
    const re = this.#re;
    const im = this.#im;
    for (let a = 0; a < this.#half; a += 2) {
      const re1 = re[a + 1];
      const im1 = im[a + 1];
      re[a + 1] = re[a] - re1;
      im[a + 1] = im[a] - im1;
      re[a] += re1;
      im[a] += im1;
    }
  }
}

/** Four values per place: cosine and sine of the inner pass, then of the outer one. */
function twiddlesOf(reach: number): Float64Array {
  return Float64Array.from({ length: 4 * reach }, (_, i) => {
    const turn = (2 * Math.PI * (i >> 2)) / (i % 4 < 2 ? 2 * reach : 4 * reach);
    return i % 2 === 0 ? Math.cos(turn) : Math.sin(turn);
  });
}

/**
 * Two passes of radix 2 in one, over `reach` and twice that: a quarter fewer products and half of the memory's
 * work. Takes the group of 4 · `reach` values from `first`.
 */
function fourfold(
  re: Float64Array,
  im: Float64Array,
  first: number,
  reach: number,
  twiddles: Float64Array,
): void {
  for (let k = 0; k < reach; k++) {
    const a = first + k;
    const b = a + reach;
    const c = b + reach;
    const d = c + reach;
    const c1 = twiddles[4 * k];
    const s1 = twiddles[4 * k + 1];
    const c2 = twiddles[4 * k + 2];
    const s2 = twiddles[4 * k + 3];
    const bRe = re[b] * c1 + im[b] * s1;
    const bIm = im[b] * c1 - re[b] * s1;
    const dRe = re[d] * c1 + im[d] * s1;
    const dIm = im[d] * c1 - re[d] * s1;
    const sumRe = re[c] + dRe;
    const sumIm = im[c] + dIm;
    const differenceRe = re[c] - dRe;
    const differenceIm = im[c] - dIm;
    const pRe = sumRe * c2 + sumIm * s2;
    const pIm = sumIm * c2 - sumRe * s2;
    const qRe = differenceRe * c2 + differenceIm * s2;
    const qIm = differenceIm * c2 - differenceRe * s2;
    const uRe = re[a] + bRe;
    const uIm = im[a] + bIm;
    const vRe = re[a] - bRe;
    const vIm = im[a] - bIm;
    re[a] = uRe + pRe;
    im[a] = uIm + pIm;
    re[c] = uRe - pRe;
    im[c] = uIm - pIm;
    re[b] = vRe + qIm;
    im[b] = vIm - qRe;
    re[d] = vRe - qIm;
    im[d] = vIm + qRe;
  }
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((value >> i) & 1) << (bits - 1 - i);
  return reversed;
}
