import type { DecodeResult, Ffmpeg } from '../audio/room.ts';
import type { Features } from '../features/room.ts';

/** Everything that one decode of a file gave. */
export interface Analysis {
  decoded: DecodeResult;
  features: Features;
  /** Wall milliseconds of the whole, and those of them spent computing. */
  wallMs: number;
  computeMs: number;
  /** Processor time of this process and of ffmpeg. */
  cpuSeconds: number;
}

/** What the analysis process can be asked. */
export type AnalysisWorkerTable = {
  analyse: {
    input: { ffmpeg: Ffmpeg; path: Uint8Array; wasmFolder: string; timeoutSeconds: number };
    news: never;
    output: Analysis;
  };
};
