/** Groups of the vector that are told apart when tracks are compared. */
export type FeatureGroupName =
  'timbre' | 'harmony' | 'spectrum' | 'rhythm' | 'energy' | 'tonnetz' | 'mel';

interface Block {
  group: FeatureGroupName;
  name: string;
  count: number;
}

const block = (group: FeatureGroupName, name: string, count = 1): Block => ({ group, name, count });

/**
 * The 641 values in order: the 634 of the published definition (librosa 0.10, 22,050 Hz mono, frames of
 * 2,048 every 512 samples), then seven that complete its groups.
 */
const BLOCKS: Block[] = [
  block('timbre', 'mfcc_mean', 20),
  block('timbre', 'mfcc_std', 20),
  block('timbre', 'mfcc_delta_mean', 20),
  block('harmony', 'chroma_mean', 12),
  block('harmony', 'chroma_std', 12),
  block('spectrum', 'centroid_mean'),
  block('spectrum', 'centroid_std'),
  block('spectrum', 'rolloff_mean'),
  block('spectrum', 'rolloff_std'),
  block('spectrum', 'bandwidth_mean'),
  block('spectrum', 'bandwidth_std'),
  block('spectrum', 'contrast_mean', 7),
  block('spectrum', 'contrast_std', 7),
  block('spectrum', 'flatness_mean'),
  block('rhythm', 'zero_crossing_rate_mean'),
  block('rhythm', 'zero_crossing_rate_std'),
  block('rhythm', 'tempo'),
  block('energy', 'rms_mean'),
  block('energy', 'rms_std'),
  block('tonnetz', 'tonnetz_mean', 6),
  block('tonnetz', 'tonnetz_std', 6),
  block('mel', 'mel_mean', 128),
  block('mel', 'mel_p25', 128),
  block('mel', 'mel_median', 128),
  block('mel', 'mel_p75', 128),
  block('spectrum', 'flatness_std'),
  block('rhythm', 'onset_strength_mean'),
  block('rhythm', 'onset_strength_std'),
  block('rhythm', 'pulse_clarity'),
  block('energy', 'loudness_range'),
  block('energy', 'crest_factor'),
  block('harmony', 'key_clarity'),
];

const LABELS: Record<FeatureGroupName, string> = {
  timbre: 'Timbre',
  harmony: 'Harmony',
  spectrum: 'Brightness and texture',
  rhythm: 'Rhythm',
  energy: 'Loudness and dynamics',
  tonnetz: 'Chords',
  mel: 'Spectrum over time',
};

/** One name per dimension, such as `mfcc_mean_03` or `tempo`. */
export const featureNames: string[] = BLOCKS.flatMap(({ name, count }) =>
  count === 1
    ? [name]
    : Array.from({ length: count }, (_, i) => `${name}_${String(i).padStart(2, '0')}`),
);

export interface FeatureGroup {
  name: FeatureGroupName;
  /** In words, for showing. */
  label: string;
  /** Dimensions of the group, ascending. */
  indices: number[];
}

const groupOfDimension = BLOCKS.flatMap(({ group, count }) => Array<string>(count).fill(group));

export const featureGroups: FeatureGroup[] = (Object.keys(LABELS) as FeatureGroupName[]).map(
  (name) => ({
    name,
    label: LABELS[name],
    indices: groupOfDimension.flatMap((group, i) => (group === name ? [i] : [])),
  }),
);
