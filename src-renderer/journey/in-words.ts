import type { Journey } from '../../src-main/journey/contract.ts';

/** Values that have a name in music, and what much of them is called. */
const NAMED: Record<string, string> = {
  tempo: 'Fast',
  centroid_mean: 'Bright',
  rms_mean: 'Loud',
  loudness_range: 'Changing in loudness',
  crest_factor: 'Punchy',
  onset_strength_mean: 'Strong beats',
  pulse_clarity: 'Steady pulse',
  flatness_mean: 'Noisy',
  key_clarity: 'Clear key',
};

export interface NamedValue {
  name: string;
  /** Per cent of the library's tracks that have less. */
  percentile: number;
}

/** The values that a listener would put into words; none without a library to compare with. */
export function inWords({ groups }: Journey): NamedValue[] {
  return groups.flatMap(({ names, percentiles }) =>
    names.flatMap((dimension, i) => {
      const name = NAMED[dimension];
      return name && percentiles ? [{ name, percentile: percentiles[i] }] : [];
    }),
  );
}
