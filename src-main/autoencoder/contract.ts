import { z } from 'zod';
import { call, id, nothing } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';
import type { TrainedOn } from '../training/contract.ts';
import type { MapInfo } from '../projection/contract.ts';

/** Fewer tracks say nothing about how tracks differ. */
export const LEAST_TRACKS = 4;

/** What a map trained on the library is made of; every value has a default and is explained on the page. */
export const autoencoderParameters = z.object({
  /** Neurons in the middle: the dimensions of the map. */
  bottleneck: z.literal([2, 3]).default(2),
  /** Mel bands: rows of a spectrogram. */
  bands: z.union([z.literal(32), z.literal(64), z.literal(128)]).default(64),
  /** Columns of a spectrogram at most; a column is the mean of the frames that fall into it. */
  columns: z.number().int().min(16).max(1024).default(192),
  /** Tracks are brought to the length that this part of them does not exceed. */
  quantile: z.number().min(0.05).max(1).default(0.75),
  /** Seconds; a longer length is not used. */
  longest: z.number().min(0.5).max(1200).default(120),
  epochs: z.number().int().min(1).max(1000).default(120),
  batchSize: z.number().int().min(4).max(128).default(16),
  learningRate: z.number().min(1e-6).max(0.1).default(2e-3),
  /** How strongly the axes are kept apart and equally wide while it learns, see `whiteness` of the training. */
  spread: z.number().min(0).max(10).default(0.02),
  /** Part of the tracks that only tell when to stop. */
  validationPart: z.number().min(0).max(0.5).default(0.15),
  /** Epochs without a better validation loss after which training stops. */
  patience: z.number().int().min(1).max(1000).default(25),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
});
export type AutoencoderParameters = z.output<typeof autoencoderParameters>;

/** Which tracks: all, those that carry one of the values of a label set, or a list. */
export const trackChoice = z
  .object({
    label: z
      .object({ set: z.string().min(1).max(100), values: z.array(z.string().max(300)).max(1000) })
      .nullable()
      .default(null),
    trackIds: z.array(id).max(100_000).nullable().default(null),
  })
  .prefault({});
export type TrackChoice = z.output<typeof trackChoice>;

/** Mean squared errors per value of a spectrogram (0 to 1), of one pass over the tracks. */
export interface AutoencoderEpoch {
  /** From 1. */
  epoch: number;
  loss: number;
  /** Null where no track is held back. */
  validationLoss: number | null;
}

export interface AutoencoderInfo {
  id: number;
  name: string;
  parameters: AutoencoderParameters;
  trackCount: number;
  /** Seconds that every track was brought to. */
  seconds: number;
  /** Columns of its spectrograms. */
  columns: number;
  history: AutoencoderEpoch[];
  /** The epoch whose weights were kept. */
  bestEpoch: number;
  /** Part of the map's variance along each of its principal directions, the largest first; they add up to 1. */
  varianceShares: number[];
  /** The same of what the network had learned, before its plane was made white. */
  learnedShares: number[];
  trainedOn: TrainedOn;
  createdAt: string;
}

/** How long the chosen tracks are. */
export interface TrackLengths {
  trackCount: number;
  /** Sorted; evenly thinned out to at most 500. */
  seconds: number[];
  /** What the tracks would be brought to. */
  cropSeconds: number;
}

export interface LatentPoint {
  trackId: number;
  title: string;
  artist: string;
  /** Its value in the label set that was asked for; null without. */
  label: string | null;
  /** As many coordinates as the bottleneck has neurons. */
  position: number[];
}

/** Two tracks that should be near each other, and how near they are. */
export interface PairRank {
  from: TrackRow;
  to: TrackRow;
  /** 1 where the partner is the nearest of all, up to `of`. */
  rank: number;
  of: number;
}

export interface AutoencoderProgress {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  stage: 'reading' | 'training';
  /** 0 to 1 over both stages. */
  fraction: number;
  /** Of the training that runs, so far. */
  history: AutoencoderEpoch[];
  /** What computes; null until it is known. */
  device: TrainedOn | null;
  message: string | null;
}

/** A point of a map, as in the query of an address: `0.3,-1.2`. */
export const latentPoint = z
  .string()
  .max(100)
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().min(-1000).max(1000)).min(2).max(3));

/**
 * Bytes: `/latent/:id/spectrogram?point=x,y`, `/latent/:id/original?track=7` and
 * `/latent/:id/reconstruction?track=7` give little-endian Uint32 [bands, columns], then Uint8 values row by
 * row, the lowest band first; `/latent/:id/sound?point=x,y` gives a WAV file.
 */
export const autoencoderCalls = {
  'autoencoder.list': call<AutoencoderInfo[]>()(nothing),
  'autoencoder.measureLengths': call<TrackLengths>()(
    z.object({ tracks: trackChoice, parameters: autoencoderParameters.prefault({}) }),
  ),
  /** Answers when the network is trained and saved. One is trained at a time. */
  'autoencoder.train': call<AutoencoderInfo>()(
    z.object({
      name: z.string().trim().max(100).default(''),
      tracks: trackChoice,
      parameters: autoencoderParameters.prefault({}),
    }),
  ),
  'autoencoder.cancel': call<void>()(nothing),
  'autoencoder.getProgress': call<AutoencoderProgress | null>()(nothing),
  'autoencoder.remove': call<void>()(z.object({ id })),
  'autoencoder.listPoints': call<LatentPoint[]>()(
    z.object({ id, set: z.string().min(1).max(100).nullable().default(null) }),
  ),
  /** Makes the plane a map like any other and shows it there. */
  'autoencoder.showOnMap': call<MapInfo>()(z.object({ id })),
  /** Partners are tracks whose titles differ by the two words only, such as calm and storm, or are named. */
  'autoencoder.rankPairs': call<PairRank[]>()(
    z.object({
      id,
      words: z
        .tuple([z.string().trim().max(100), z.string().trim().max(100)])
        .nullable()
        .default(null),
      pairs: z
        .array(z.tuple([id, id]))
        .max(1000)
        .default([]),
    }),
  ),
  /** A point drawn from where the tracks with a label lie: a normal distribution with their mean and spread. */
  'autoencoder.samplePoint': call<{ point: number[]; trackCount: number }>()(
    z.object({
      id,
      label: z.object({ set: z.string().min(1).max(100), value: z.string().max(300) }),
      seed: z.number().int().min(0).max(0xffffffff),
    }),
  ),
};

export interface AutoencoderEvents {
  'autoencoder.progressed': AutoencoderProgress;
  'autoencoder.changed': { ids: number[] };
}
