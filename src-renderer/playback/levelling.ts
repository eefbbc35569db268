/** LUFS that tracks are brought to: the reference level of ReplayGain 2. */
const TARGET_LOUDNESS = -18;

/**
 * What to multiply the volume by so that tracks sound equally loud, 0 to 1. Louder tracks are turned
 * down; quieter ones stay, because turning them up could clip. Unmeasured tracks stay too.
 */
export function levellingGain(loudness: number | null): number {
  if (loudness === null || !Number.isFinite(loudness)) return 1;
  return Math.min(1, 10 ** ((TARGET_LOUDNESS - loudness) / 20));
}
