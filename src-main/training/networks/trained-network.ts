import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Weights } from '../compose.ts';
import { TrainingDevice } from '../device.ts';
import { layer } from '../layers.ts';
import { packNetwork, unpackNetwork } from '../packed.ts';
import { Classifier } from './classifier.ts';
import type { NetworkEpoch } from './network-options.ts';
import type { InputStandardiser } from './standardiser.ts';

const header = z.object({
  format: z.literal('region-network'),
  kind: z.enum(['mlp', 'cnn']),
  shape: z.array(z.number().int().positive()).min(1).max(2),
  classes: z.array(z.string()).min(1),
  /** Whether each class is a yes or no of its own. */
  isSeveral: z.boolean(),
  layers: z.array(layer),
  span: z.number().int().positive(),
  history: z.array(
    z.object({
      epoch: z.number(),
      loss: z.number(),
      accuracy: z.number(),
      validationLoss: z.number().nullable(),
      validationAccuracy: z.number().nullable(),
    }),
  ),
  /** Whose weights were kept: the one with the lowest validation loss. */
  bestEpoch: z.number(),
});
/** What is known of a network besides its numbers. */
export type NetworkFacts = Omit<z.output<typeof header>, 'format' | 'span'>;

/** A network that sorts examples into classes. `predict` opens a session of the runtime; release it. */
export class TrainedNetwork {
  readonly facts: NetworkFacts;
  readonly weights: Weights;
  readonly #standardiser: InputStandardiser;
  readonly #device: TrainingDevice;
  #classifier: Promise<Classifier> | null = null;

  constructor(
    facts: NetworkFacts,
    weights: Weights,
    standardiser: InputStandardiser,
    device = new TrainingDevice(),
  ) {
    this.facts = facts;
    this.weights = weights;
    this.#standardiser = standardiser;
    this.#device = device;
  }

  get classes(): readonly string[] {
    return this.facts.classes;
  }

  get history(): readonly NetworkEpoch[] {
    return this.facts.history;
  }

  /**
   * @param inputs examples of `facts.shape`, one after another, as they were given to the training
   * @returns examples × classes, the probabilities of each
   */
  async predict(inputs: Float32Array): Promise<Float32Array> {
    const { layers, shape, isSeveral } = this.facts;
    const parts = { layers, shape, isSeveral, standardiser: this.#standardiser };
    this.#classifier ??= Classifier.open(parts, this.#device);
    return (await this.#classifier).probabilities(this.weights, inputs);
  }

  toBytes(): Uint8Array {
    const { mean, deviation, span } = this.#standardiser;
    const { parameters, statistics } = this.weights;
    const about: z.input<typeof header> = { format: 'region-network', ...this.facts, span };
    return packNetwork(about, [parameters, statistics, mean, deviation]);
  }

  /** @throws AppError `model-invalid` */
  static fromBytes(bytes: Uint8Array): TrainedNetwork {
    const { header: found, arrays } = unpackNetwork(bytes);
    const parsed = header.safeParse(found);
    if (!parsed.success || arrays.length !== 4) {
      throw new AppError('model-invalid', 'This file does not hold a network that sorts tracks.');
    }
    const { kind, shape, classes, isSeveral, layers, history, bestEpoch, span } = parsed.data;
    const facts = { kind, shape, classes, isSeveral, layers, history, bestEpoch };
    const [parameters, statistics, mean, deviation] = arrays;
    return new TrainedNetwork(facts, { parameters, statistics }, { mean, deviation, span });
  }

  async release(): Promise<void> {
    await (await this.#classifier)?.release();
    this.#classifier = null;
  }
}

/** The mean prediction of every group, such as of the clips of a track. */
export function averageByGroup(
  probabilities: Float32Array,
  groups: Int32Array,
  classes: number,
): Map<number, Float32Array> {
  const rowsOf = Map.groupBy(groups.keys(), (row) => groups[row]);
  return new Map(
    Array.from(rowsOf, ([group, rows]) => {
      const mean = new Float32Array(classes);
      for (const row of rows) {
        for (let c = 0; c < classes; c++) mean[c] += probabilities[row * classes + c] / rows.length;
      }
      return [group, mean];
    }),
  );
}
