/** Front door: samples of a track → the 641 hand-crafted values, tempo and key. Pure computation. */
export { FeatureExtractor } from './feature-extractor.ts';
export { MAX_SECONDS } from './memory.ts';
export type { FrameRows, FrameWatcher } from './frame-watcher.ts';
export type { Features } from './feature-extractor.ts';
export { FEATURES_MODEL, featuresVersion } from './model.ts';
export { featureGroups, featureNames } from './vector-layout.ts';
