import type { FitParameters, MapParameters, MapScores } from './contract.ts';
import type { FitStage } from './fit.ts';
import type { FittedRows, PointRows } from './map-table.ts';
import type { FoundRegions } from './regions.ts';

/** A map as it forms: one row of coordinates per recording. */
export interface FormingMap {
  recordingIds: Int32Array;
  coordinates: Float32Array;
}

/** Everything that is stored of a new map. */
export interface LibraryMap {
  modelVersion: string;
  points: FittedRows;
  scores: MapScores;
  regions: FoundRegions;
}

/** What the projection process can be asked, see base/worker-calls.ts. It reads the vectors itself. */
export type ProjectionWorkerTable = {
  fit: {
    input: { databasePath: string; parameters: FitParameters };
    /** `fraction` is 0 to 1 over both stages; `forming` comes twice a second at most. */
    news: { stage: FitStage; fraction: number; forming: FormingMap | null };
    output: LibraryMap;
  };
  /** Measures points that were made elsewhere and finds their regions, as of a map that was fitted. */
  adopt: {
    input: { databasePath: string; parameters: MapParameters; points: FormingMap };
    news: never;
    output: LibraryMap;
  };
  /** Recordings that have a vector and are not on the map yet. */
  place: {
    input: { databasePath: string; mapId: number };
    news: never;
    output: PointRows | null;
  };
};
