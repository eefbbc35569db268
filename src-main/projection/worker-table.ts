import type { FitParameters } from './contract.ts';
import type { FitStage } from './fit.ts';

/** Coordinates by recording: one row of `dims` each. */
export interface RecordingCoordinates {
  recordingIds: Int32Array;
  coordinates: Float32Array;
}

/** What the projection process can be asked, see base/worker-calls.ts. It reads the vectors itself. */
export type ProjectionWorkerTable = {
  fit: {
    input: { databasePath: string; parameters: FitParameters };
    /** `fraction` is 0 to 1 over both stages. */
    news: { stage: FitStage; fraction: number };
    output: RecordingCoordinates & { modelVersion: string };
  };
  /** Recordings that have a vector and are not on the map yet. */
  place: {
    input: { databasePath: string; mapId: number };
    news: never;
    output: RecordingCoordinates;
  };
};
