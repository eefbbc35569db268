/** Front door: which models there are, what they need, and which files of theirs are here. */
export { modelManifest } from './manifest.ts';
export type { FrontEnd, MelScale, ModelManifest } from './manifest.ts';
