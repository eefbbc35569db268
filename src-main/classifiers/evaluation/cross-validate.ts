import type { Learn, Lesson, StepProgress } from '../learner.ts';
import { dealFolds } from './folds.ts';

/** What was foretold of every item by a model that had not seen it. */
export interface Unseen {
  foldOf: Int32Array;
  outputs: Float64Array[];
}

/**
 * K-fold cross-validation: each fold is foretold by what was learned from the others.
 * @param onStep also told which fold
 */
export async function crossValidate(
  learn: Learn,
  { classes, groups }: Pick<Lesson, 'classes' | 'groups'>,
  folds: number,
  seed: number,
  onStep: (fold: number, progress: StepProgress) => void,
): Promise<Unseen> {
  const foldOf = dealFolds(classes, groups, folds, seed);
  const outputs: Float64Array[] = Array.from(classes, () => new Float64Array());
  const items = [...classes.keys()];
  for (let fold = 0; fold < folds; fold++) {
    const [training, test] = [
      items.filter((item) => foldOf[item] !== fold),
      items.filter((item) => foldOf[item] === fold),
    ];
    if (test.length === 0) continue;
    const fitted = await learn(training, (progress) => onStep(fold, progress));
    const found = await fitted.outputsOf(test);
    await fitted.release();
    test.forEach((item, i) => (outputs[item] = found[i]));
  }
  return { foldOf, outputs };
}
