import type { Ffmpeg } from '../audio/room.ts';
import type { TrainedOn } from '../training/contract.ts';
import type { ModelVersion } from '../embedding/room.ts';
import type {
  Algorithm,
  ClassifierSettings,
  Dependence,
  EvaluationReport,
  Explanation,
  SeveralReport,
  TrackExplanation,
  TrainingProgress,
} from './contract.ts';
import type { Calibration } from './verdict.ts';

/** Where what is heard of recordings comes from. */
export type ExampleSource =
  | { kind: 'vectors'; databasePath: string; model: ModelVersion }
  | { kind: 'clips'; ffmpeg: Ffmpeg; wasm: string; seconds: number; mostClips: number };

/** A recording; its file is for clips only. */
export interface Item {
  recordingId: number;
  path: Uint8Array | null;
  durationSeconds: number;
}

export interface TrainJob {
  source: ExampleSource;
  items: Item[];
  /** Numbers of the classes of each item, see `Lesson`. */
  answers: number[][];
  isSeveral: boolean;
  groups: Int32Array;
  classNames: string[];
  grouping: EvaluationReport['grouping'];
  /** Sentences that belong to the warnings of the report. */
  cautions: string[];
  algorithm: Algorithm;
  settings: ClassifierSettings;
  /** For networks. */
  device: TrainedOn;
}

export interface Trained {
  learned: Uint8Array;
  report: EvaluationReport | SeveralReport;
  /** Recordings learned from, the classes they were given, and their outputs foretold unseen. */
  recordingIds: number[];
  answers: number[][];
  outputs: number[][];
}

export type TrainingNews = Pick<
  TrainingProgress,
  'stage' | 'fraction' | 'step' | 'trainingLoss' | 'validationLoss' | 'device'
>;

/** A stored classifier as the process needs it. */
export interface Learned {
  bytes: Uint8Array;
  algorithm: Algorithm;
  classNames: string[];
  calibration: Calibration;
}

/** Recordings with the class that they were given, for explanations. */
export interface Known {
  recordingIds: number[];
  classes: number[];
}

/** What the process can be asked, see base/worker-calls.ts. It is stopped to cancel. */
export type ClassifierWorkerTable = {
  train: { input: TrainJob; news: TrainingNews; output: Trained };
  /** Learns once without an evaluation, and foretells the items asked for: what correcting is measured by. */
  learn: {
    input: TrainJob & { asked: Item[] };
    news: never;
    output: { recordingIds: number[]; outputs: number[][] };
  };
  predict: {
    input: { source: ExampleSource; items: Item[]; learned: Learned };
    news: never;
    /** Recordings that could be heard, and the probabilities of the classes of each. */
    output: { recordingIds: number[]; probabilities: number[][] };
  };
  explain: {
    input: { source: ExampleSource; learned: Learned; known: Known; output: number };
    news: never;
    output: Omit<Explanation, 'class' | 'trackIds'> & { recordingIds: number[] };
  };
  explainDependence: {
    input: {
      source: ExampleSource;
      learned: Learned;
      known: Known;
      output: number;
      component: number;
    };
    news: never;
    output: Omit<Dependence, 'class' | 'points'> & {
      points: { recordingId: number; value: number; contribution: number; other: number }[];
    };
  };
  explainTrack: {
    input: {
      source: ExampleSource;
      databasePath: string;
      learned: Learned;
      known: Known;
      recordingId: number;
    };
    news: never;
    output: Omit<TrackExplanation, 'trackId' | 'unseen'>;
  };
};
