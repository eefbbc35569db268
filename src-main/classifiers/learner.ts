/** What was learned from a part of the items. */
export interface Fitted {
  /** Outputs of items, learned from or not: log odds as `probabilitiesOf` takes them. */
  outputsOf(items: readonly number[]): Promise<Float64Array[]>;
  /** Reads back to the same numbers, see `openLearned`. */
  toBytes(): Uint8Array;
  /** Share of the variance of each principal component; empty without. */
  explained: number[];
  release(): Promise<void>;
}

export interface StepProgress {
  /** Round or epoch, from 1. */
  step: number;
  steps: number;
  trainingLoss: number;
  validationLoss: number | null;
}

/** Learns from these items alone. */
export type Learn = (
  items: readonly number[],
  onStep: (progress: StepProgress) => void,
) => Promise<Fitted>;

/** Examples of one shape; an item, a recording, has one or several. */
export interface Examples {
  inputs: Float32Array;
  /** Such as [641], or [13, frames]. */
  shape: number[];
  /** Number of the item of each example. */
  itemOf: Int32Array;
}

/** What the items are. */
export interface Lesson {
  classNames: string[];
  /** Numbers of the classes of each item: one, or any number where each is a yes or no of its own. */
  answers: number[][];
  isSeveral: boolean;
  /** Class of each item for folds to divide evenly: its own, or of several the rarest, see `strataOf`. */
  classes: Int32Array;
  /** Items of a group stay on one side of a split. */
  groups: Int32Array;
}
