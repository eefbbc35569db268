import { z } from 'zod';
import { call, nothing } from '../base/contract.ts';

export const settings = z.object({
  version: z.literal(1).default(1),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** How hard the analysis works the machine. */
  analysisMode: z.enum(['performance', 'balanced', 'quiet']).default('performance'),
  /** Cap on analysis processes; null leaves it to the mode. */
  maxProcesses: z.number().int().min(1).max(64).nullable().default(null),
  pauseWhilePlaying: z.boolean().default(false),
  watchFolders: z.boolean().default(true),
  /** Path of an ffmpeg of the user's own. Set by hosts and the command line only. */
  ffmpegPath: z.string().max(4096).nullable().default(null),
});
export type Settings = z.output<typeof settings>;

/** What the window may change: everything but paths. */
export const settingsPatch = settings.omit({ version: true, ffmpegPath: true }).partial();

export const settingsCalls = {
  'settings.get': call<Settings>()(nothing),
  'settings.update': call<Settings>()(settingsPatch),
};

export interface SettingsEvents {
  'settings.changed': Settings;
}
