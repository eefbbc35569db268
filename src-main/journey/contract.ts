import { z } from 'zod';
import { call, id } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';

export type PanelName =
  'waveform' | 'spectrogram' | 'mel' | 'mfcc' | 'chroma' | 'tempogram' | 'tonnetz';

/**
 * One picture over time. `/journey/:trackId` gives little-endian Uint32 [columns, panels], then Uint32
 * rows[panels], then for each panel rows × columns bytes, the lowest row first: `low` is 0, `high` is 255.
 */
export interface Panel {
  name: PanelName;
  rows: number;
  low: number;
  high: number;
  unit: string;
  /** What the rows are, from the lowest: hertz, a pitch class, BPM; some may be empty. */
  rowNames: string[];
}

/** Values of one group and where they lie in the library. */
export interface ValueGroup {
  name: string;
  label: string;
  names: string[];
  values: number[];
  /** Per cent of the library's tracks that have less; null without a library to compare with. */
  percentiles: number[] | null;
  /** How many values lie outside of what the middle nine tenths of the library have. */
  unusualCount: number;
}

export interface JourneyPlace {
  mapId: number;
  x: number;
  y: number;
  /** The track is not on the map: this is the middle of the tracks that sound most like it. */
  isGuessed: boolean;
}

/** A stretch of the track that was heard; only of tracks of more than twenty minutes there are several. */
export interface HeardPassage {
  startSeconds: number;
  seconds: number;
}

export interface Journey {
  durationSeconds: number;
  passages: HeardPassage[];
  /** Equal stretches of the passages, one after another. */
  columns: number;
  panels: Panel[];
  /** BPM, null without a pulse. */
  tempo: number | null;
  key: string | null;
  groups: ValueGroup[];
  /** Tracks that the values are compared with. */
  libraryCount: number;
  place: JourneyPlace | null;
}

export const journeyCalls = {
  /** Hears the track once and keeps what it shows for a while. Another track asked for meanwhile cancels it. */
  'journey.open': call<{ track: TrackRow; journey: Journey }>()(z.object({ trackId: id })),
};

export type JourneyEvents = Record<never, never>;
