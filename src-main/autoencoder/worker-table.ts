import type { Ffmpeg } from '../audio/room.ts';
import type { TrainedOn } from '../training/contract.ts';
import type { AutoencoderEpoch, AutoencoderParameters } from './contract.ts';
import type { GridShape } from './mel-grid.ts';

/** How files are read. */
interface Reading {
  ffmpeg: Ffmpeg;
  /** `resources/wasm/ingest.wasm` */
  wasm: string;
}

/** A trained network; the process keeps the last one open by its id. */
export interface StoredNetwork {
  id: number;
  bytes: Uint8Array;
}

/** A spectrogram: bands × columns, the lowest band first. */
export interface Picture {
  bands: number;
  columns: number;
  values: Uint8Array;
}

/** What the autoencoder process can be asked, see base/worker-calls.ts. */
export type AutoencoderWorkerTable = {
  train: {
    input: Reading & {
      /** Absolute, as bytes. */
      paths: Uint8Array[];
      shape: GridShape;
      parameters: AutoencoderParameters;
      device: TrainedOn;
    };
    /** So many files were read, or an epoch has ended. */
    news:
      { read: number; epoch: null } | { read: null; epoch: AutoencoderEpoch; device: TrainedOn };
    output: {
      network: Uint8Array;
      /** Which of the paths could be read, in order; one row of `points` each. */
      readable: number[];
      points: Float32Array;
      history: AutoencoderEpoch[];
      bestEpoch: number;
      learnedShares: number[];
      trainedOn: TrainedOn;
    };
  };
  /** What lies at a point of the map. */
  decode: {
    input: { network: StoredNetwork; point: number[] };
    news: never;
    output: Picture;
  };
  /** A track as the network is given it. */
  read: {
    input: Reading & { network: StoredNetwork; path: Uint8Array };
    news: never;
    output: Picture;
  };
  /** The sound at a point of the map, as a WAV file. */
  sound: {
    input: { network: StoredNetwork; point: number[] };
    news: never;
    output: Uint8Array;
  };
};
