import type { MapMethod, MapParameters, MapScores } from '../../src-main/projection/contract.ts';

export const METHOD_NAMES: Record<MapMethod, string> = {
  umap: 'UMAP',
  tsne: 't-SNE',
  pca: 'PCA',
  autoencoder: 'Autoencoder',
};

/** What a map was drawn with, in few words. */
export function describeParameters(parameters: MapParameters): string {
  const { method, neighbours, minDist, perplexity, seed } = parameters;
  if (method === 'pca') return 'Directions of the largest differences';
  if (method === 'autoencoder') return 'Learned from the spectrograms of chosen tracks';
  if (method === 'tsne') return `Perplexity ${perplexity}, seed ${seed}`;
  return `${neighbours} neighbours, least distance ${minDist}, seed ${seed}`;
}

export interface ScoreLine {
  name: string;
  /** 0 to 1. */
  value: number;
  meaning: string;
}

/** What the scores of a map say about it. */
export function describeScores({ trustworthiness, continuity, recall }: MapScores): ScoreLine[] {
  const kept = Math.round(15 * recall);
  return [
    {
      name: 'Trustworthiness',
      value: trustworthiness,
      meaning: 'What lies near on the map also sounds alike.',
    },
    {
      name: 'Continuity',
      value: continuity,
      meaning: 'What sounds alike also lies near on the map.',
    },
    {
      name: 'Neighbours kept',
      value: recall,
      meaning: `On average ${kept} of the 15 nearest in sound are among the 15 nearest on the map.`,
    },
  ];
}

/** One sentence on how far to believe a map. */
export function verdictOn({ trustworthiness, continuity }: MapScores): string {
  const least = Math.min(trustworthiness, continuity);
  if (least >= 0.95) return 'This map can be believed: near means alike nearly everywhere.';
  if (least >= 0.85) return 'This map is a fair guide: most of what lies near sounds alike.';
  return 'Take this map with care: much that lies near does not sound alike.';
}
