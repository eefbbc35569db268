// AssemblyScript. Everything that the feature extractor calls; built into resources/wasm/features.wasm.
export * from './constant-q';
export * from './fft';
export * from './memory';
export * from './rhythm';
export * from './separation';
export * from './spectrum';
export * from './statistics';
export * from './tuning';
