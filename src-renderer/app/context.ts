import { getContext, setContext } from 'svelte';
import type { Activity } from '../indexing/activity.svelte.ts';
import type { Player } from '../playback/player.svelte.ts';
import type { HeardModels } from '../similarity/heard-models.svelte.ts';
import type { Preferences } from '../settings/preferences.svelte.ts';
import type { Transport } from '../transport/transport.ts';
import type { Selection } from './selection.svelte.ts';

/** What every part of the window may use. */
export interface AppContext {
  transport: Transport;
  player: Player;
  selection: Selection;
  preferences: Preferences;
  activity: Activity;
  heardModels: HeardModels;
  /** Said to screen readers. */
  announce(text: string): void;
  /** Shown for some seconds and said. */
  notify(text: string): void;
}

const KEY = Symbol('earshot');

export const provideAppContext = (context: AppContext): AppContext => setContext(KEY, context);
export const appContext = (): AppContext => getContext<AppContext>(KEY);
