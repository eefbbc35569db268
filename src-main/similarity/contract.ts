import { z } from 'zod';
import { call, id } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';

export interface SimilarTrack {
  track: TrackRow;
  /**
   * A cosine, -1 to 1: of standardised, group-balanced vectors, of a model's centred ones, or of words and sound
   * as the model gives them. Where several models were asked: 0 to 1, 1 for the nearest of all.
   */
  similarity: number;
  /** Its places in the lists of several models. */
  ranks?: ModelRank[];
}

export interface ModelRank {
  model: string;
  /** From 1; null where it is far down. */
  rank: number | null;
}

const modelWeight = z.object({ model: z.string().max(100), weight: z.number().min(0).max(1) });
export type ModelWeight = z.output<typeof modelWeight>;

/** Where two tracks are most alike. */
export interface MatchingMoment {
  /** The model that heard it. */
  model: string;
  aSeconds: number;
  bSeconds: number;
  /** Cosine, -1 to 1. */
  similarity: number;
}

export interface TrackComparison {
  model: string;
  similarity: number;
  groups: GroupComparison[];
  /** Null where no vectors over time were kept. */
  moment: MatchingMoment | null;
}

export interface GroupComparison {
  /** Such as `timbre`. */
  group: string;
  /** In words for showing. */
  label: string;
  /** Cosine within the group, -1 to 1. */
  similarity: number;
}

export const similarityCalls = {
  'similarity.findSimilar': call<{
    results: SimilarTrack[];
    candidateCount: number;
    model: string;
  }>()(
    z.object({
      /** One or several seeds; several are averaged. */
      trackIds: z.array(id).min(1).max(100),
      count: z.number().int().min(1).max(500).default(30),
      /** 0: nearest only; 1: as different from one another as possible. */
      diversity: z.number().min(0).max(1).default(0),
      maxPerArtist: z.number().int().min(0).max(500).default(0),
      maxPerAlbum: z.number().int().min(0).max(500).default(0),
      foldDuplicates: z.boolean().default(true),
      model: z.string().max(100).default('features'),
      /** Several models by their ranks, with weights, instead of the one. */
      fuse: z.array(modelWeight).max(20).default([]),
    }),
  ),
  /** The tracks that sound as the words say, best first. */
  'similarity.searchText': call<{ results: SimilarTrack[]; candidateCount: number }>()(
    z.object({
      text: z.string().trim().min(1).max(500),
      count: z.number().int().min(1).max(500).default(30),
      /** One that knows words. */
      model: z.string().max(100).default('clap-music'),
    }),
  ),
  'similarity.compareTracks': call<TrackComparison>()(
    z.object({ a: id, b: id, model: z.string().max(100).default('features') }),
  ),
};

export type SimilarityEvents = Record<never, never>;
