import type { MelScale } from '../../models/room.ts';

/** A bank of triangular filters over the bins of a spectrum, without the zeros. */
export interface MelBands {
  /** First bin and weights of each band; a band may be empty. */
  bands: { first: number; weights: Float64Array }[];
}

export interface MelBandsParameters {
  bands: number;
  sampleRate: number;
  nFft: number;
  minHz: number;
  maxHz: number;
  scale: MelScale;
  /** `slaney`: every band has unit area. */
  norm: 'none' | 'slaney';
  /** Where the triangles are straight: over hertz (librosa) or over mel (Kaldi, TensorFlow). */
  triangles: 'hertz' | 'mel';
}

const SCALES: Record<MelScale, { toMel(hz: number): number; toHz(mel: number): number }> = {
  // Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above.
  slaney: {
    toMel: (hz) => (hz < 1000 ? (hz * 3) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27)),
    toHz: (mel) =>
      mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27)),
  },
  htk: {
    toMel: (hz) => 2595 * Math.log10(1 + hz / 700),
    toHz: (mel) => 700 * (10 ** (mel / 2595) - 1),
  },
  kaldi: {
    toMel: (hz) => 1127 * Math.log(1 + hz / 700),
    toHz: (mel) => 700 * (Math.exp(mel / 1127) - 1),
  },
};

/** Filters as librosa, Kaldi or TensorFlow define them, by the parameters. */
export function makeMelBands(parameters: MelBandsParameters): MelBands {
  const { bands, sampleRate, nFft, minHz, maxHz, norm, triangles } = parameters;
  const scale = SCALES[parameters.scale];
  const place = triangles === 'mel' ? scale.toMel : (hz: number): number => hz;
  const low = scale.toMel(minHz);
  const high = scale.toMel(maxHz);
  const edgesHz = Array.from({ length: bands + 2 }, (_, i) =>
    scale.toHz(low + ((high - low) * i) / (bands + 1)),
  );
  const edges = edgesHz.map(place);
  const bins = Array.from({ length: nFft / 2 + 1 }, (_, k) => place((k * sampleRate) / nFft));
  return {
    bands: Array.from({ length: bands }, (_, band) => {
      const area = norm === 'slaney' ? 2 / (edgesHz[band + 2] - edgesHz[band]) : 1;
      return triangle(bins, edges[band], edges[band + 1], edges[band + 2], area);
    }),
  };
}

function triangle(
  bins: number[],
  left: number,
  middle: number,
  right: number,
  height: number,
): { first: number; weights: Float64Array } {
  const inside = bins.flatMap((bin, k) => (bin > left && bin < right ? [k] : []));
  const weights = inside.map(
    (k) =>
      height * Math.min((bins[k] - left) / (middle - left), (right - bins[k]) / (right - middle)),
  );
  return { first: inside[0] ?? 0, weights: Float64Array.from(weights) };
}
