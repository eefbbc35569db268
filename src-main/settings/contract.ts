import { z } from 'zod';
import { call, nothing } from '../base/contract.ts';

/** What the window may change: everything but paths. Without defaults, so that a patch changes what it names only. */
const changeable = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** How hard the analysis works the machine. */
  analysisMode: z.enum(['performance', 'balanced', 'quiet']),
  /** Cap on analysis processes; null leaves it to the mode. */
  maxProcesses: z.number().int().min(1).max(64).nullable(),
  pauseWhilePlaying: z.boolean(),
  /** Whether playback brings tracks to one loudness. */
  levelling: z.boolean(),
  watchFolders: z.boolean(),
  /** What models hear over a track is kept beside the mean of it, so that matches can say where they are. */
  keepSegmentVectors: z.boolean(),
});
export const settingsPatch = changeable.partial();

const { shape } = changeable;
export const settings = z.object({
  version: z.literal(1).default(1),
  theme: shape.theme.default('system'),
  analysisMode: shape.analysisMode.default('performance'),
  maxProcesses: shape.maxProcesses.default(null),
  pauseWhilePlaying: shape.pauseWhilePlaying.default(false),
  levelling: shape.levelling.default(true),
  watchFolders: shape.watchFolders.default(true),
  keepSegmentVectors: shape.keepSegmentVectors.default(true),
  /** Path of an ffmpeg of the user's own. Set in the file only: no window and no page may name a program to run. */
  ffmpegPath: z.string().max(4096).nullable().default(null),
});
export type Settings = z.output<typeof settings>;

export const settingsCalls = {
  'settings.get': call<Settings>()(nothing),
  'settings.update': call<Settings>()(settingsPatch),
};

export interface SettingsEvents {
  'settings.changed': Settings;
}
