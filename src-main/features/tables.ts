/** Constants of the analysis, as librosa 0.10 has them. */
export const SAMPLE_RATE = 22050;
export const FRAME = 2048;
export const HOP = 512;
export const BINS = FRAME / 2 + 1;
export const MEL_BANDS = 128;
export const MFCCS = 20;

export function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/** Twiddles of the radix-4 passes: per pass and p the three factors, as (cos, sin) pairs. */
export function twiddles(length: number): number[] {
  const table: number[] = [];
  for (let m = length; m >= 4; m /= 4) {
    for (let p = 0; p < m / 4; p++) {
      for (let k = 1; k <= 3; k++) {
        const angle = (-2 * Math.PI * p * k) / m;
        table.push(Math.cos(angle), Math.sin(angle));
      }
    }
  }
  return table;
}

/** (cos, -sin)(πk/M) for k = 0 … count-1; unpacks the transform of 2M real samples. */
export function splitTable(M: number, count = M + 1): Float64Array {
  return Float64Array.from({ length: 2 * count }, (_, i) => {
    const angle = (Math.PI * (i >> 1)) / M;
    return i & 1 ? -Math.sin(angle) : Math.cos(angle);
  });
}

/** Slaney's mel filters from 0 to 11,025 Hz: (first bin, count) pairs and the weights in a row. */
export function melFilters(): { bands: number[]; weights: number[] } {
  const toMel = (hz: number): number =>
    hz < 1000 ? (hz * 3) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
  const toHz = (mel: number): number =>
    mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27);
  const top = toMel(SAMPLE_RATE / 2);
  const edges = Array.from({ length: MEL_BANDS + 2 }, (_, i) => toHz((top * i) / (MEL_BANDS + 1)));
  const bands: number[] = [];
  const weights: number[] = [];
  for (let band = 0; band < MEL_BANDS; band++) {
    const [left, middle, right] = edges.slice(band, band + 3);
    const filter = Array.from({ length: BINS }, (_, k) => {
      const hz = (k * SAMPLE_RATE) / FRAME;
      return Math.min((hz - left) / (middle - left), (right - hz) / (right - middle));
    });
    const first = filter.findIndex((weight) => weight > 0);
    const last = filter.findLastIndex((weight) => weight > 0);
    bands.push(Math.max(0, first), first < 0 ? 0 : last - first + 1);
    if (first < 0) continue;
    for (let k = first; k <= last; k++) weights.push((Math.max(0, filter[k]) * 2) / (right - left));
  }
  return { bands, weights };
}

/** (low bin, high bin, how many of its extremes count) of the seven bands of spectral contrast. */
export function contrastBands(): number[] {
  const edges = [0, 200, 400, 800, 1600, 3200, 6400, 12800];
  return Array.from({ length: 7 }, (_, band) => {
    const inside = Array.from({ length: BINS }, (_, k) => k).filter((k) => {
      const hz = (k * SAMPLE_RATE) / FRAME;
      return hz >= edges[band] && hz <= edges[band + 1];
    });
    const low = inside[0] - (band > 0 ? 1 : 0);
    const high = band === 6 ? BINS - 1 : inside[inside.length - 1];
    const count = Math.max(1, roundHalfToEven(0.02 * (high - low + 1)));
    return [low, band < 6 ? high : high + 1, count];
  }).flat();
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 ? floor + 1 : floor;
}

/** The orthonormal DCT-II, 20 rows of 128. */
export function dctTable(): Float64Array {
  return Float64Array.from({ length: MFCCS * MEL_BANDS }, (_, i) => {
    const c = Math.floor(i / MEL_BANDS);
    const b = i % MEL_BANDS;
    return (
      Math.sqrt((c ? 2 : 1) / MEL_BANDS) * Math.cos((Math.PI * c * (2 * b + 1)) / (2 * MEL_BANDS))
    );
  });
}

/** Taps of the half-band filter at the odd distances 1, 3, 5 …: a sinc under a Kaiser window (β = 8). */
export function halfBandTaps(count: number): Float64Array {
  const bessel = (x: number): number => {
    let sum = 1;
    let term = 1;
    for (let k = 1; k < 30; k++) {
      term *= (x / 2 / k) ** 2;
      sum += term;
    }
    return sum;
  };
  return Float64Array.from({ length: count }, (_, i) => {
    const n = 2 * i + 1;
    const window = bessel(8 * Math.sqrt(1 - (n / (2 * count)) ** 2)) / bessel(8);
    return (Math.sin((Math.PI * n) / 2) / (Math.PI * n)) * window;
  });
}

/** The transform of a Hann window, sinc(u) / (1 - u²), for u = 0 … 4 in 4,096 steps. */
export function hannTransform(): Float32Array {
  return Float32Array.from({ length: 4098 }, (_, i) => {
    const u = (i / 4096) * 4;
    if (u < 1e-9) return 1;
    if (Math.abs(u - 1) < 1e-6) return 0.5;
    return Math.sin(Math.PI * u) / (Math.PI * u) / (1 - u * u);
  });
}

/** Twiddles between the two passes of the 256 × 256 transform. */
export function fourStepTwiddles(): Float64Array {
  return Float64Array.from({ length: 131072 }, (_, i) => {
    const j = i >> 1;
    const angle = (-2 * Math.PI * (((j >> 8) * (j & 255)) % 65536)) / 65536;
    return i & 1 ? Math.sin(angle) : Math.cos(angle);
  });
}

/** Rows of the tonal centroid transform (Harte, Sandler & Gasser 2006), 6 × 12. */
export function tonalCentroids(): number[] {
  const radius = [1, 1, 1, 1, 0.5, 0.5];
  return [7 / 6, 7 / 6, 1.5, 1.5, 2 / 3, 2 / 3].flatMap((step, row) =>
    Array.from(
      { length: 12 },
      (_, c) => radius[row] * Math.cos(Math.PI * (step * c - (row % 2 ? 0 : 0.5))),
    ),
  );
}
