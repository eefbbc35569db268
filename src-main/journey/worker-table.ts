import type { Ffmpeg } from '../audio/room.ts';
import type { HeardPassage } from './contract.ts';
import type { LibraryPlace } from './library-place.ts';
import type { DrawnPanels } from './panels.ts';

/** Everything that one decode of a track shows. */
export interface HeardTrack {
  durationSeconds: number;
  passages: HeardPassage[];
  drawn: DrawnPanels;
  vector: Float32Array;
  tempo: number | null;
  key: string | null;
  place: LibraryPlace;
}

/** What the journey process can be asked. */
export type JourneyWorkerTable = {
  hear: {
    /** Without a database there is no library to compare with. */
    input: { ffmpeg: Ffmpeg; path: Uint8Array; wasmFolder: string; databasePath: string | null };
    news: never;
    output: HeardTrack;
  };
};
