/**
 * Front door: networks that are trained on this machine. A training step (forward, backward, Adam) is
 * composed as one ONNX graph of ordinary operators and run by the runtime that models run on.
 */
export { TrainingDevice } from './device.ts';
export { onBestDevice } from './on-best-device.ts';
export { OneTraining } from './one-training.ts';
export { trainNetwork } from './networks/train-network.ts';
export type { TrainNetworkRequest } from './networks/train-network.ts';
export { averageByGroup, TrainedNetwork } from './networks/trained-network.ts';
export type { NetworkEpoch } from './networks/network-options.ts';
export type { NetworkKind } from './networks/heads.ts';
export { strataOf } from './networks/target.ts';
export { clipOptions, clipShape, readMfccClips } from './networks/mfcc-clips.ts';
export { batchesOf, shuffled } from './batches.ts';
export { composeNetwork, composeTraining } from './compose.ts';
export type { Composition, Weights } from './compose.ts';
export { EarlyStop } from './early-stop.ts';
export { applyLayers } from './layers.ts';
export type { Layer } from './layers.ts';
export { meanSquaredError, whiteness } from './losses.ts';
export { add, mean, multiply, scale, subtract } from './operators.ts';
export { packNetwork, unpackNetwork } from './packed.ts';
export type { RandomNumbers } from './scope.ts';
export { Network, Trainer } from './trainer.ts';
