import { autoencoderCalls } from './autoencoder/contract.ts';
import type { AutoencoderEvents } from './autoencoder/contract.ts';
import { call, nothing } from './base/contract.ts';
import type { InputOf, OutputOf } from './base/contract.ts';
import type { Capabilities } from './base/host.ts';
import { classifierCalls } from './classifiers/contract.ts';
import type { ClassifierEvents } from './classifiers/contract.ts';
import { embeddingCalls } from './embedding/contract.ts';
import type { EmbeddingEvents } from './embedding/contract.ts';
import { groupCalls } from './groups/contract.ts';
import type { GroupEvents } from './groups/contract.ts';
import { indexingCalls } from './indexing/contract.ts';
import type { IndexingEvents } from './indexing/contract.ts';
import { inferenceCalls } from './inference/contract.ts';
import type { InferenceEvents } from './inference/contract.ts';
import { journeyCalls } from './journey/contract.ts';
import type { JourneyEvents } from './journey/contract.ts';
import { labelCalls } from './labels/contract.ts';
import type { LabelEvents } from './labels/contract.ts';
import { libraryCalls } from './library/contract.ts';
import type { LibraryEvents } from './library/contract.ts';
import { modelsCalls } from './models/contract.ts';
import type { ModelsEvents } from './models/contract.ts';
import { playbackCalls } from './playback/contract.ts';
import type { PlaybackEvents } from './playback/contract.ts';
import { projectionCalls } from './projection/contract.ts';
import type { ProjectionEvents } from './projection/contract.ts';
import { settingsCalls } from './settings/contract.ts';
import type { SettingsEvents } from './settings/contract.ts';
import { similarityCalls } from './similarity/contract.ts';
import type { SimilarityEvents } from './similarity/contract.ts';

/** What the program is made of and whether each part works; what `doctor` prints. */
export interface AppInfo {
  version: string;
  dataFolder: string;
  capabilities: Capabilities;
  node: string;
  sqlite: string;
  ffmpeg: { path: string; version: string; resampler: string; source: string } | null;
  /** What to do about a missing ffmpeg, or null. */
  ffmpegMessage: string | null;
  trackCount: number;
}

const appCallsOwn = {
  'app.getInfo': call<AppInfo>()(nothing),
};

/** Every call of the program, under one table that every host dispatches. */
export const appCalls = {
  ...appCallsOwn,
  ...libraryCalls,
  ...inferenceCalls,
  ...modelsCalls,
  ...embeddingCalls,
  ...indexingCalls,
  ...projectionCalls,
  ...labelCalls,
  ...classifierCalls,
  ...autoencoderCalls,
  ...groupCalls,
  ...journeyCalls,
  ...similarityCalls,
  ...playbackCalls,
  ...settingsCalls,
};

export type AppCalls = typeof appCalls;
export type CallName = keyof AppCalls;
export type CallInput<Name extends CallName> = InputOf<AppCalls[Name]>;
export type CallOutput<Name extends CallName> = OutputOf<AppCalls[Name]>;

export interface AppEvents
  extends
    LibraryEvents,
    InferenceEvents,
    ModelsEvents,
    EmbeddingEvents,
    IndexingEvents,
    ProjectionEvents,
    LabelEvents,
    ClassifierEvents,
    AutoencoderEvents,
    GroupEvents,
    JourneyEvents,
    SimilarityEvents,
    PlaybackEvents,
    SettingsEvents {}
export type EventName = keyof AppEvents;
