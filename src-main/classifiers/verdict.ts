import type { Classifier, LabelScore } from './contract.ts';
import { largest, probabilitiesOf } from './probabilities.ts';

/** When one of several labels is given. */
export type LabelRule = Pick<LabelScore, 'sigmoid' | 'threshold'>;

/** How outputs become honest probabilities: all classes by one temperature, or each label by a rule of its own. */
export type Calibration =
  { kind: 'one'; temperature: number } | { kind: 'several'; rules: LabelRule[] };

export function calibrationOf({ report }: Pick<Classifier, 'report'>): Calibration {
  if (report.kind === 'several') return { kind: 'several', rules: report.classes };
  return { kind: 'one', temperature: report.calibration.temperature };
}

export const sigmoidAt = (output: number, { slope, offset }: LabelRule['sigmoid']): number =>
  1 / (1 + Math.exp(-(slope * output + offset)));

/** Outputs as probabilities; of several labels they need not sum to 1. */
export const calibrate = (outputs: ArrayLike<number>, calibration: Calibration): Float64Array =>
  calibration.kind === 'one'
    ? probabilitiesOf(outputs, calibration.temperature)
    : Float64Array.from(calibration.rules, ({ sigmoid }, c) => sigmoidAt(outputs[c], sigmoid));

/** Numbers of the classes that are said of a track: the likeliest, or all that reach their thresholds. */
export const saidIn = (probabilities: ArrayLike<number>, calibration: Calibration): number[] =>
  calibration.kind === 'one'
    ? [largest(probabilities)]
    : [...calibration.rules.keys()].filter(
        (c) => probabilities[c] >= calibration.rules[c].threshold,
      );
