import { z } from 'zod';
import { call, id } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';

export interface SimilarTrack {
  track: TrackRow;
  /** A cosine, -1 to 1: of standardised, group-balanced vectors, or of words and sound as the model gives them. */
  similarity: number;
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
  'similarity.compareTracks': call<{ similarity: number; groups: GroupComparison[] }>()(
    z.object({ a: id, b: id }),
  ),
};

export type SimilarityEvents = Record<never, never>;
