import type { DecodeResult, Ffmpeg } from '../audio/room.ts';
import type { ModelPlan, Segment } from '../embedding/room.ts';
import type { Features } from '../features/room.ts';

/** Everything that one decode of a file gave. */
export interface Analysis {
  decoded: DecodeResult;
  /** Null where they were not asked for. */
  features: Features | null;
  /** Wall milliseconds of the whole, and those of them spent computing. */
  wallMs: number;
  computeMs: number;
  /** Processor time of this process and of ffmpeg. */
  cpuSeconds: number;
}

/** What the analysis process can be asked. */
export type AnalysisWorkerTable = {
  analyse: {
    input: {
      ffmpeg: Ffmpeg;
      path: Uint8Array;
      wasmFolder: string;
      timeoutSeconds: number;
      /** Whether the hand-crafted features are wanted. */
      features: boolean;
      /** The models that want segments. */
      plans: readonly ModelPlan[];
    };
    /** Segments come as they are made, until `MOST_SEGMENT_BYTES` of them were not taken. */
    news: { model: string; segment: Segment };
    output: Analysis;
  };
  /** Segments of so many bytes are on their way to a device. */
  segmentsTaken: { input: { bytes: number }; news: never; output: void };
};
