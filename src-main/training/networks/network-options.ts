import { z } from 'zod';

/** How a region network learns; every value has a default that suits some hundred clips. */
export const networkOptions = z.object({
  epochs: z.number().int().min(1).max(500).default(30),
  batchSize: z.number().int().min(2).max(256).default(32),
  learningRate: z.number().min(1e-6).max(0.1).default(1e-3),
  hiddenUnits: z.number().int().min(2).max(1024).default(64),
  filters: z.number().int().min(1).max(128).default(32),
  l2: z.number().min(0).max(1).default(1e-3),
  dropout: z.number().min(0).max(0.9).default(0.3),
  /** Part of the groups that only tell when to stop. */
  validationPart: z.number().min(0).max(0.5).default(0.2),
  /** Classes are made as large as the largest by drawing anew from their rows. */
  balance: z.boolean().default(true),
  /** Training stops after so many epochs without a lower validation loss. */
  patience: z.number().int().min(1).max(500).default(8),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
});

/** One pass over the training part; losses are cross-entropies, accuracies 0 to 1. */
export interface NetworkEpoch {
  /** From 1. */
  epoch: number;
  loss: number;
  accuracy: number;
  /** Null without a validation part. */
  validationLoss: number | null;
  validationAccuracy: number | null;
}
