/** Coefficients of the K-weighting of ITU-R BS.1770-4 at any sample rate, from its analogue prototypes. */
export interface KWeighting {
  /** Numerator and denominator (without its leading 1) of the shelf. */
  shelf: [number, number, number, number, number];
  /** Denominator of the high pass; its numerator is (1, -2, 1). */
  highPass: [number, number];
}

export function kWeighting(sampleRate: number): KWeighting {
  const gain = 10 ** (3.999843853973347 / 20);
  const bandGain = gain ** 0.4996667741545416;
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const a0 = 1 + k / q + k * k;
  const kh = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const qh = 0.5003270373238773;
  const h0 = 1 + kh / qh + kh * kh;
  return {
    shelf: [
      (gain + (bandGain * k) / q + k * k) / a0,
      (2 * (k * k - gain)) / a0,
      (gain - (bandGain * k) / q + k * k) / a0,
      (2 * (k * k - 1)) / a0,
      (1 - k / q + k * k) / a0,
    ],
    highPass: [(2 * (kh * kh - 1)) / h0, (1 - kh / qh + kh * kh) / h0],
  };
}

const ABSOLUTE_GATE = -70;
const toLufs = (power: number): number => -0.691 + 10 * Math.log10(power);
const toPower = (lufs: number): number => 10 ** ((lufs + 0.691) / 10);
const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Integrated loudness (EBU R128) in LUFS from mean squares of 100 ms blocks; null where all is below
 * the absolute gate. At 22,050 Hz within 0.1 LU for music; noise above 11 kHz is not heard.
 */
export function integratedLoudness(blocks: number[]): number | null {
  const windows = windowMeans(blocks, 4).filter((power) => power > toPower(ABSOLUTE_GATE));
  if (windows.length === 0) return null;
  const gate = mean(windows) / 10;
  return toLufs(mean(windows.filter((power) => power > gate)));
}

/** Loudness range (EBU Tech 3342) in LU; null where there is too little sound to say. */
export function loudnessRange(blocks: number[]): number | null {
  const windows = windowMeans(blocks, 30).filter((power) => power > toPower(ABSOLUTE_GATE));
  if (windows.length < 2) return null;
  const gate = mean(windows) / 100;
  const kept = windows.filter((power) => power > gate).sort((a, b) => a - b);
  const at = (share: number): number => toLufs(kept[Math.round((kept.length - 1) * share)]);
  return at(0.95) - at(0.1);
}

/** Means over every `width` blocks in a row. */
function windowMeans(blocks: number[], width: number): number[] {
  const means: number[] = [];
  for (let at = 0; at + width <= blocks.length; at++) {
    let sum = 0;
    for (let i = at; i < at + width; i++) sum += blocks[i];
    means.push(sum / width);
  }
  return means;
}
