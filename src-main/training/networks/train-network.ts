import type { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { batchesOf, gatherRows, shuffled } from '../batches.ts';
import { composeTraining } from '../compose.ts';
import type { Composition, Weights } from '../compose.ts';
import { TrainingDevice } from '../device.ts';
import { EarlyStop } from '../early-stop.ts';
import { applyLayers } from '../layers.ts';
import type { Layer } from '../layers.ts';
import { crossEntropy } from '../losses.ts';
import { sizeOf } from '../tensor.ts';
import { Trainer } from '../trainer.ts';
import { Classifier } from './classifier.ts';
import { headLayers } from './heads.ts';
import type { NetworkKind } from './heads.ts';
import { networkOptions } from './network-options.ts';
import type { NetworkEpoch } from './network-options.ts';
import { balancedRows, splitByGroup } from './split.ts';
import { fitInputs, standardiseInputs } from './standardiser.ts';
import { TrainedNetwork } from './trained-network.ts';

export interface TrainNetworkRequest {
  kind: NetworkKind;
  /** Examples of `shape` one after another; they stay as they are. */
  inputs: Float32Array;
  /** [values], or [rows, columns] such as 13 × frames of MFCC. */
  shape: readonly number[];
  /** Number of the class per example. */
  labels: Int32Array;
  /** Examples of one group, such as the clips of a track, stay on one side of the split. */
  groups: Int32Array;
  classes: readonly string[];
  options?: z.input<typeof networkOptions>;
  /** The processor where it is not given. */
  device?: TrainingDevice;
  onEpoch?(epoch: NetworkEpoch): void;
  signal?: AbortSignal;
}

/**
 * Trains a network to tell the classes apart. It learns from all examples but a validation part of whole
 * groups, which says when to stop; a test part is the caller's to hold back.
 * @throws AppError `bad-input` where there is nothing to tell apart, `cancelled` after `signal`
 */
export async function trainNetwork(request: TrainNetworkRequest): Promise<TrainedNetwork> {
  check(request);
  const { kind, inputs, shape, labels, classes, device = new TrainingDevice() } = request;
  const options = networkOptions.parse(request.options ?? {});
  const random = new Random(options.seed);
  const split = splitByGroup(labels, request.groups, options.validationPart, random);
  const standardiser = fitInputs(inputs, shape, split.train);
  const layers = headLayers(kind, shape, classes.length, options);
  const trainer = await Trainer.open(
    trainingStep(layers, [options.batchSize, ...shape], classes.length),
    device,
    random,
  );
  const classifier = await Classifier.open({ layers, shape, standardiser }, device);
  const stop = new EarlyStop<Weights>(options.patience);
  const history: NetworkEpoch[] = [];
  try {
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const rows = options.balance ? balancedRows(split.train, labels, random) : split.train;
      const tally = new Tally(labels, classes.length);
      for (const batch of batchesOf(shuffled(rows, random), options.batchSize)) {
        if (request.signal?.aborted) throw new AppError('cancelled', 'The training was cancelled.');
        const x = standardiseInputs(gatherRows(inputs, sizeOf(shape), batch), standardiser);
        const wanted = oneHot(batch, labels, classes.length);
        const { loss, probabilities } = await trainer.step({ x, wanted }, options.learningRate);
        tally.add(batch, probabilities, loss[0]);
      }
      const seen = new Tally(labels, classes.length);
      const { weights } = trainer;
      seen.add(split.heldOut, await classifier.probabilities(weights, inputs, split.heldOut));
      const one: NetworkEpoch = {
        epoch,
        loss: tally.loss!,
        accuracy: tally.accuracy!,
        validationLoss: seen.loss,
        validationAccuracy: seen.accuracy,
      };
      history.push(one);
      request.onEpoch?.(one);
      if (stop.take(one.validationLoss ?? one.loss, weights)) break;
    }
  } finally {
    await trainer.release();
    await classifier.release();
  }
  const { bestEpoch } = stop;
  const facts = { kind, shape: [...shape], classes: [...classes], layers, history, bestEpoch };
  return new TrainedNetwork(facts, stop.best!, standardiser, device);
}

function check({ inputs, shape, labels, groups, classes }: TrainNetworkRequest): void {
  const size = sizeOf(shape);
  if (labels.length * size !== inputs.length || groups.length !== labels.length) {
    throw new RangeError(
      `${inputs.length} values are not ${labels.length} examples of [${shape}].`,
    );
  }
  const present = new Set(labels);
  if (present.size < 2) {
    throw new AppError('bad-input', 'Training needs tracks of at least two classes.');
  }
  for (const label of present) {
    if (!(label in classes)) throw new RangeError(`Class ${label} has no name.`);
  }
}

/** The training step answers probabilities too, so that accuracy costs nothing. */
function trainingStep(layers: readonly Layer[], x: number[], classes: number): Composition {
  return composeTraining({ x, wanted: [x[0], classes] }, ({ x: input, wanted }, scope) => {
    const logits = applyLayers(layers, input, scope);
    const { trace, dims } = logits;
    const probabilities = trace.node('Softmax', [logits], dims, { axis: -1 });
    return { loss: crossEntropy(logits, wanted), outputs: { probabilities } };
  });
}

function oneHot(rows: readonly number[], labels: Int32Array, classes: number): Float32Array {
  const values = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => (values[i * classes + labels[row]] = 1));
  return values;
}

/** Adds up how good predictions are; null while there are none. */
class Tally {
  readonly #labels: Int32Array;
  readonly #classes: number;
  #count = 0;
  #right = 0;
  #loss = 0;

  constructor(labels: Int32Array, classes: number) {
    this.#labels = labels;
    this.#classes = classes;
  }

  /** @param meanLoss of the rows, where it is more than their cross-entropy */
  add(rows: readonly number[], probabilities: Float32Array, meanLoss?: number): void {
    rows.forEach((row, i) => {
      const own = probabilities.subarray(i * this.#classes, (i + 1) * this.#classes);
      const right = own[this.#labels[row]];
      this.#count++;
      if (right >= Math.max(...own)) this.#right++;
      if (meanLoss === undefined) this.#loss -= Math.log(Math.max(right, 1e-12));
    });
    if (meanLoss !== undefined) this.#loss += meanLoss * rows.length;
  }

  get loss(): number | null {
    return this.#count === 0 ? null : this.#loss / this.#count;
  }

  get accuracy(): number | null {
    return this.#count === 0 ? null : this.#right / this.#count;
  }
}
