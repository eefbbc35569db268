/** The resamplers that ffmpeg may have; their edges near 11 kHz differ, so vectors of both never mix. */
export type Resampler = 'soxr' | 'swr';

/** Goes up whenever a value of the vector changes; the CHANGELOG says so loudly. */
const VALUES_VERSION = '3';

export const featuresVersion = (resampler: Resampler): string => `${VALUES_VERSION}-${resampler}`;

/** The hand-crafted embedding, as the first of the models. */
export const FEATURES_MODEL = {
  id: 'features',
  version: featuresVersion('soxr'),
  dims: 641,
} as const;
