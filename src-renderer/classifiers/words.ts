import { MFCC_MODEL } from '../../src-main/classifiers/contract.ts';
import type {
  Algorithm,
  Classifier,
  EvaluationReport,
} from '../../src-main/classifiers/contract.ts';
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

/** What never stood on both sides of a test. */
export const keptWords = ({
  grouping,
  groupCount,
}: Pick<EvaluationReport, 'grouping' | 'groupCount'>): string =>
  grouping === 'track' ? 'no track' : `no ${grouping} (${groupCount} of them)`;

/** How good a classifier is, in a word or two. */
export const scoreWords = ({ report }: Classifier): string =>
  report.kind === 'several'
    ? `average precision ${report.means.own.averagePrecision.toFixed(2)}`
    : percent(report.accuracy.mean);

export const percent = (share: number): string =>
  `${(100 * share).toFixed(share >= 0.9995 ? 0 : 1)} %`;
