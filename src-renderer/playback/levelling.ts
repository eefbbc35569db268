/** LUFS that tracks are brought to: the reference level of ReplayGain 2. */
export const TARGET_LOUDNESS = -18;
/** dBTP that no track is turned up beyond, so that nothing clips. */
const HIGHEST_PEAK = -1;
/** dB; what is so quiet is meant to be. */
const MOST_GAIN = 12;

const toFactor = (decibels: number): number => 10 ** (decibels / 20);

/**
 * What to multiply samples by so that tracks sound equally loud. Louder tracks are turned down; quieter ones up
 * as far as their true peak allows, and not at all while that is unknown. Unmeasured tracks stay.
 * @param loudness integrated, in LUFS
 * @param truePeak in dBTP
 */
export function levellingGain(loudness: number | null, truePeak: number | null): number {
  if (loudness === null || !Number.isFinite(loudness)) return 1;
  const wanted = TARGET_LOUDNESS - loudness;
  if (wanted <= 0) return toFactor(wanted);
  const room = truePeak === null ? 0 : HIGHEST_PEAK - truePeak;
  return toFactor(Math.max(0, Math.min(wanted, room, MOST_GAIN)));
}
