import { AppError } from '../../base/errors.ts';
import { batchesOf, gatherRows } from '../batches.ts';
import { composeNetwork } from '../compose.ts';
import type { Weights } from '../compose.ts';
import { applyLayers } from '../layers.ts';
import type { TrainingDevice } from '../device.ts';
import type { Layer } from '../layers.ts';
import { sizeOf } from '../tensor.ts';
import { Network } from '../trainer.ts';
import { standardiseInputs } from './standardiser.ts';
import type { InputStandardiser } from './standardiser.ts';
import { asProbabilities } from './target.ts';

const BATCH = 32;

/** What a classifier is made of besides its weights. */
export interface ClassifierParts {
  layers: readonly Layer[];
  shape: readonly number[];
  standardiser: InputStandardiser;
  /** Whether each class is a yes or no of its own. */
  isSeveral: boolean;
}

/** Layers in a session of the runtime that answer probabilities. */
export class Classifier {
  readonly #network: Network;
  readonly #parts: ClassifierParts;

  private constructor(network: Network, parts: ClassifierParts) {
    this.#network = network;
    this.#parts = parts;
  }

  static async open(parts: ClassifierParts, device: TrainingDevice): Promise<Classifier> {
    const composition = composeNetwork({ x: [BATCH, ...parts.shape] }, ({ x }, scope) => {
      const logits = applyLayers(parts.layers, x, scope);
      return { probabilities: asProbabilities(logits, parts.isSeveral) };
    });
    return new Classifier(await Network.open(composition, device), parts);
  }

  /** @returns examples × classes for the given rows of `inputs`, or all */
  async probabilities(
    weights: Weights,
    inputs: Float32Array,
    rows = allRows(inputs, this.#parts.shape),
  ): Promise<Float32Array> {
    const size = sizeOf(this.#parts.shape);
    const parts: Float32Array[] = [];
    for (const batch of batchesOf(rows, BATCH)) {
      const x = standardiseInputs(gatherRows(inputs, size, batch), this.#parts.standardiser);
      parts.push((await this.#network.run(weights, { x })).probabilities);
    }
    const classes = (parts[0]?.length ?? 0) / BATCH;
    const all = new Float32Array(parts.length * BATCH * classes);
    parts.forEach((part, i) => all.set(part, i * BATCH * classes));
    return all.subarray(0, rows.length * classes);
  }

  async release(): Promise<void> {
    await this.#network.release();
  }
}

function allRows(inputs: Float32Array, shape: readonly number[]): number[] {
  const count = inputs.length / sizeOf(shape);
  if (!Number.isInteger(count)) {
    throw new AppError('bad-input', `The inputs are no whole number of [${shape}] examples.`);
  }
  return Array.from({ length: count }, (_, row) => row);
}
