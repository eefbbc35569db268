import { MFCC_MODEL } from '../../src-main/classifiers/contract.ts';
import type { Algorithm, Classifier } from '../../src-main/classifiers/contract.ts';
import { modelName } from '../groups/model-names.ts';

export const ALGORITHMS: Record<Algorithm, string> = {
  gbt: 'boosted trees',
  mlp: 'a network',
  cnn: 'a convolutional network',
};

export const modelWords = (model: string): string =>
  model === MFCC_MODEL ? 'clips of the sound' : modelName(model);

/** Such as `genre`, or `genre: Rock or not`. */
export const questionWords = ({ set, settings: { only } }: Classifier): string =>
  only === null ? set : `${set}: ${only} or not`;

export const percent = (share: number): string =>
  `${(100 * share).toFixed(share >= 0.9995 ? 0 : 1)} %`;
