import { z } from 'zod';
import { call, id, nothing } from '../base/contract.ts';
import type { TrainedOn } from '../training/contract.ts';
import type { TrackRow } from '../library/contract.ts';

/** Boosted trees, a network with one hidden layer, a convolutional one. */
export const algorithm = z.enum(['gbt', 'mlp', 'cnn']);
export type Algorithm = z.output<typeof algorithm>;

/** Clips of a track as MFCC pictures, for networks; every other model is one of the embeddings stored. */
export const MFCC_MODEL = 'mfcc';

/** What is kept on one side of every split as a whole; `auto` is albums where each class has several. */
export const grouping = z.enum(['auto', 'track', 'album', 'artist']);
export type Grouping = z.output<typeof grouping>;

export const classifierSettings = z.object({
  /**
   * One label by yes or no: whether a track carries this value, whatever else it carries. Null asks for all
   * labels: which one it is, or, of a set where tracks carry several, which ones.
   */
  only: z.string().trim().min(1).max(200).nullable().default(null),
  folds: z.number().int().min(2).max(20).default(5),
  grouping: grouping.default('auto'),
  /** Every class counts the same, however many tracks it has. */
  isBalanced: z.boolean().default(true),
  /** Classes with fewer tracks are left out. */
  leastPerClass: z.number().int().min(2).max(1000).default(3),
  /** Below this probability a track is called unsure. */
  unsureBelow: z.number().min(0).max(1).default(0.6),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
  trees: z
    .object({
      /** Principal components that stand for the values; 0 takes the values themselves. */
      components: z.number().int().min(0).max(200).default(15),
      rounds: z.number().int().min(1).max(1000).default(200),
      maxDepth: z.number().int().min(1).max(8).default(2),
      learningRate: z.number().min(0.001).max(1).default(0.1),
      subsample: z.number().min(0.1).max(1).default(0.6),
      columnSample: z.number().min(0.1).max(1).default(0.6),
      minChildWeight: z.number().min(0).max(1000).default(0.25),
      gamma: z.number().min(0).max(1000).default(0),
      alpha: z.number().min(0).max(1000).default(0.1),
      lambda: z.number().min(0).max(1000).default(2),
    })
    .prefault({}),
  network: z
    .object({
      epochs: z.number().int().min(1).max(500).default(40),
      hiddenUnits: z.number().int().min(2).max(1024).default(64),
      learningRate: z.number().min(1e-6).max(0.1).default(1e-3),
      /** Length of the clips that tracks are cut into, or looped up to. */
      clipSeconds: z.number().min(0.5).max(60).default(10),
      mostClips: z.number().int().min(1).max(100).default(6),
    })
    .prefault({}),
});
export type ClassifierSettings = z.output<typeof classifierSettings>;

export const trainRequest = z.object({
  set: z.string().trim().min(1).max(100),
  model: z.string().trim().min(1).max(100).default('features'),
  algorithm: algorithm.default('gbt'),
  settings: classifierSettings.prefault({}),
});
export type TrainRequest = z.output<typeof trainRequest>;

export interface Spread {
  mean: number;
  /** Standard deviation over the folds. */
  deviation: number;
}

/** Each 0 to 1. */
export interface PlainScore {
  accuracy: number;
  /** Mean F1 of the classes, each counting the same. */
  macroF1: number;
}

/** How well one class is told from the rest; each score 0 to 1. */
export interface ClassScore {
  name: string;
  /** Tracks that are of the class. */
  count: number;
  precision: number;
  recall: number;
  f1: number;
}

/** What there is to say of every test by cross-validation. */
interface TestReport {
  trackCount: number;
  grouping: Exclude<Grouping, 'auto'>;
  groupCount: number;
  /** Of the training on everything: losses by round or epoch. */
  curve: { step: number; trainingLoss: number; validationLoss: number | null }[];
  /** Whole sentences. */
  warnings: string[];
  /** What computed the training of a network; null of trees, which grow on the processor. */
  trainedOn: TrainedOn | null;
  seconds: number;
}

/** Which one label a track has. Every number is of tracks that were not learned from. */
export interface EvaluationReport extends TestReport {
  kind: 'one';
  /** With the mean precision as the threshold is lowered (average precision, 0 to 1). */
  classes: (ClassScore & { averagePrecision: number })[];
  /** Rows: what it is; columns: what was foretold. */
  confusion: number[][];
  folds: (PlainScore & { size: number })[];
  accuracy: Spread;
  macroF1: Spread;
  balancedAccuracy: number;
  baselines: {
    /** Always the most frequent class. */
    majority: PlainScore;
    /** What the five nearest tracks are. */
    neighbours: PlainScore;
  };
  /** What a split would have claimed that keeps nothing together, and in words what it mixed; null where that is the same split. */
  leaky: (PlainScore & { mixes: string }) | null;
  /** A sentence, where there is no such split to compare with. */
  whyNotLeaky: string | null;
  calibration: {
    temperature: number;
    /** Mean distance of certainty and truth, before and after. */
    errorBefore: number;
    errorAfter: number;
    bins: { confidence: number; accuracy: number; count: number }[];
  };
  /** For thresholds of certainty: the share of tracks above, and how many of these are right. */
  sureness: { threshold: number; coverage: number; accuracy: number | null }[];
  /** Share of the variance of each principal component; empty without. */
  explained: number[];
}

/** How well one of several labels is told, and what needs no learning to tell. */
export interface LabelScore extends ClassScore {
  averagePrecision: number;
  /** Share of the five nearest tracks that carry it, as the probability; half of them say yes. */
  neighbours: { averagePrecision: number; f1: number };
  /** Yes to every track: the average precision is the share of tracks that carry it. */
  always: { averagePrecision: number; f1: number };
  /** Of the classifier that is kept: log odds to probability (Platt), and from which on the label is given. */
  sigmoid: { slope: number; offset: number };
  threshold: number;
}

/**
 * Which labels a track carries, each by yes or no and learned together. Every number is of tracks that were not
 * learned from; their thresholds and probabilities were set by other tracks.
 */
export interface SeveralReport extends TestReport {
  kind: 'several';
  classes: LabelScore[];
  foldCount: number;
  /** Over the labels, each counting the same. */
  means: Record<'own' | 'neighbours' | 'always', { averagePrecision: number; f1: number }>;
  /** Mean distance of certainty and truth over all answers, 0 to 1. */
  calibrationError: number;
}

export interface Classifier {
  id: number;
  set: string;
  model: string;
  modelVersion: string;
  algorithm: Algorithm;
  /** From 1, for each set, model and algorithm. */
  version: number;
  classes: string[];
  settings: ClassifierSettings;
  report: EvaluationReport | SeveralReport;
  createdAt: string;
}

/** What would be learned from. */
export interface Preparation {
  trackCount: number;
  /** Whether each label is a yes or no of its own. */
  isSeveral: boolean;
  classes: { name: string; count: number; groups: number }[];
  leftOut: { name: string; count: number }[];
  /** Labelled tracks that this model has not heard. */
  unheardCount: number;
  grouping: Exclude<Grouping, 'auto'>;
  /** Why nothing can be learned, or null. */
  problem: string | null;
}

export interface Candidate {
  name: string;
  /** Calibrated, 0 to 1. */
  probability: number;
}

export interface Prediction {
  track: TrackRow;
  /** The likeliest first: the best two, or all that are said and the next one. */
  candidates: Candidate[];
  /** What it would be labelled: the likeliest, or any number of several. */
  said: string[];
  /** Below the threshold of the classifier; of several labels, where none is said. */
  isUnsure: boolean;
  /** What the track is labelled, or null; where it was learned from, it was foretold by a model that had not seen it. */
  labels: string[] | null;
  /** Whether the labels that it knows are what is said; null where there is no label to compare with. */
  isRight: boolean | null;
}

/** Tracks by their labels as they are now; null where there are none to judge. */
export interface PresentScore {
  trackCount: number;
  /** Share of the tracks of which the label, or all of several, are right. */
  accuracy: number;
  macroF1: number;
  classes: ClassScore[];
}

/** A stored classifier on the labels of the library as it is now. */
export interface PresentEvaluation {
  /** Tracks that it learned from, each foretold by a model that had not seen it. */
  learned: PresentScore | null;
  /** Labelled since, so that it has never seen them. */
  fresh: PresentScore | null;
  /** Labelled since, but of an album or artist that it learned from, and left out for that. */
  relatedCount: number;
  /** Tracks whose label it does not know. */
  unknownCount: number;
}

/** One dimension that the trees ask about. */
export interface Component {
  index: number;
  name: string;
  /** What it is made of, such as `Timbre 41 %, Rhythm 20 %`; empty where nothing is known. */
  makeup: string;
}

export interface Explanation {
  class: string;
  /** Expected log odds before anything is known of the track. */
  base: number;
  /** The most important first; `importance` is the mean absolute contribution to the log odds. */
  components: (Component & {
    importance: number;
    /** One per track of `trackIds`: its value in standard deviations, and what that contributes. */
    values: number[];
    contributions: number[];
  })[];
  trackIds: number[];
}

export interface Dependence {
  class: string;
  component: Component;
  /** The one that changes the effect of `component` the most; null where none does. */
  with: (Component & { strength: number }) | null;
  points: { trackId: number; value: number; contribution: number; other: number }[];
}

export interface TrackExplanation {
  trackId: number;
  class: string;
  probability: number;
  candidates: Candidate[];
  /** What was foretold before it was learned from; null where it never was. */
  unseen: Candidate[] | null;
  base: number;
  /** The log odds that base and parts add up to. */
  margin: number;
  parts: { name: string; makeup: string; value: number; contribution: number }[];
  /** The rest of the dimensions together. */
  rest: number;
  /** In musical words. */
  sentences: string[];
}

export interface Correction {
  /** Labels by hand that differ from what was learned, or are new. */
  count: number;
  /**
   * Share of them that was foretold, before and after learning from the others; of several labels F1 over all of
   * theirs. Null without any.
   */
  before: number | null;
  after: number | null;
  classifier: Classifier | null;
}

export interface TrainingProgress {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  set: string;
  algorithm: Algorithm;
  model: string;
  stage: 'reading' | 'folds' | 'comparison' | 'final';
  /** 0 to 1 over all. */
  fraction: number;
  /** Round or epoch within the part, from 1. */
  step: number;
  trainingLoss: number | null;
  validationLoss: number | null;
  /** What computes; null until it is known, and for trees. */
  device: TrainedOn | null;
  message: string | null;
}

const one = z.object({ classifierId: id });
const ofClass = one.extend({ class: z.string().max(200) });

export const classifierCalls = {
  'classifiers.list': call<Classifier[]>()(nothing),
  'classifiers.prepare': call<Preparation>()(trainRequest),
  /**
   * Evaluates, learns from everything and answers when it is stored. Where tracks carry several labels, a network
   * learns them together; trees learn each by yes or no, one after another, the most frequent first.
   */
  'classifiers.train': call<Classifier[]>()(trainRequest),
  'classifiers.cancel': call<void>()(nothing),
  'classifiers.remove': call<void>()(one),
  /** `unsure`: the boundary first. */
  'classifiers.listPredictions': call<{ total: number; predictions: Prediction[] }>()(
    one.extend({
      order: z.enum(['unsure', 'sure']).default('unsure'),
      which: z.enum(['all', 'labelled', 'unlabelled', 'wrong']).default('all'),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(50),
    }),
  ),
  'classifiers.evaluate': call<PresentEvaluation>()(one),
  /** Stores predictions of tracks without a label as labels of the set; unsure ones are left out. */
  'classifiers.storePredictions': call<{ stored: number; unsure: number }>()(one),
  /** Trees only. */
  'classifiers.explain': call<Explanation>()(ofClass),
  'classifiers.explainDependence': call<Dependence>()(
    ofClass.extend({ component: z.number().int().min(0).max(100_000) }),
  ),
  'classifiers.explainTrack': call<TrackExplanation>()(one.extend({ trackId: id })),
  'classifiers.countCorrections': call<{ count: number }>()(one),
  /** Learns from labels that were set by hand since, and says what that changed. */
  'classifiers.learnCorrections': call<Correction>()(one),
};

export interface ClassifierEvents {
  'classifiers.progressed': TrainingProgress;
  'classifiers.changed': { classifierId: number };
}
