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
import { sizeOf } from '../tensor.ts';
import { Trainer } from '../trainer.ts';
import { Classifier } from './classifier.ts';
import { headLayers } from './heads.ts';
import type { NetworkKind } from './heads.ts';
import { networkOptions } from './network-options.ts';
import type { NetworkEpoch } from './network-options.ts';
import { splitByGroup } from './split.ts';
import { fitInputs, standardiseInputs } from './standardiser.ts';
import { asProbabilities, isOfSeveral, strataOf, targetOf } from './target.ts';
import type { Labels, Target } from './target.ts';
import { TrainedNetwork } from './trained-network.ts';

export interface TrainNetworkRequest {
  kind: NetworkKind;
  /** Examples of `shape` one after another; they stay as they are. */
  inputs: Float32Array;
  /** [values], or [rows, columns] such as 13 × frames of MFCC. */
  shape: readonly number[];
  /** Lists where each class is a yes or no of its own, and all are learned together. */
  labels: Labels;
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
  const strata = strataOf(labels, classes.length);
  const split = splitByGroup(strata, request.groups, options.validationPart, random);
  const target = targetOf(labels, classes.length, options.balance ? split.train : null);
  const standardiser = fitInputs(inputs, shape, split.train);
  const isSeveral = isOfSeveral(labels);
  const layers = headLayers(kind, shape, classes.length, options);
  const trainer = await Trainer.open(
    trainingStep(layers, [options.batchSize, ...shape], classes.length, target, isSeveral),
    device,
    random,
  );
  const classifier = await Classifier.open({ layers, shape, standardiser, isSeveral }, device);
  const stop = new EarlyStop<Weights>(options.patience);
  const history: NetworkEpoch[] = [];
  try {
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const rows = target.draw(split.train, random);
      const tally = new Tally(target, classes.length);
      for (const batch of batchesOf(shuffled(rows, random), options.batchSize)) {
        if (request.signal?.aborted) throw new AppError('cancelled', 'The training was cancelled.');
        const x = standardiseInputs(gatherRows(inputs, sizeOf(shape), batch), standardiser);
        const wanted = target.wanted(batch);
        const { loss, probabilities } = await trainer.step({ x, wanted }, options.learningRate);
        tally.add(batch, probabilities, loss[0]);
      }
      const seen = new Tally(target, classes.length);
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
  const about = { kind, shape: [...shape], classes: [...classes], isSeveral };
  const facts = { ...about, layers, history, bestEpoch };
  return new TrainedNetwork(facts, stop.best!, standardiser, device);
}

function check({ inputs, shape, labels, groups, classes }: TrainNetworkRequest): void {
  const size = sizeOf(shape);
  if (labels.length * size !== inputs.length || groups.length !== labels.length) {
    throw new RangeError(
      `${inputs.length} values are not ${labels.length} examples of [${shape}].`,
    );
  }
  for (const label of new Set(isOfSeveral(labels) ? labels.flat() : labels)) {
    if (!(label in classes)) throw new RangeError(`Class ${label} has no name.`);
  }
  if (new Set(strataOf(labels, classes.length)).size < 2) {
    throw new AppError('bad-input', 'Training needs tracks of at least two classes.');
  }
}

/** The training step answers probabilities too, so that accuracy costs nothing. */
function trainingStep(
  layers: readonly Layer[],
  x: number[],
  classes: number,
  target: Target,
  isSeveral: boolean,
): Composition {
  return composeTraining({ x, wanted: [x[0], classes] }, ({ x: input, wanted }, scope) => {
    const logits = applyLayers(layers, input, scope);
    const outputs = { probabilities: asProbabilities(logits, isSeveral) };
    return { loss: target.loss(logits, wanted), outputs };
  });
}

/** Adds up how good predictions are; null while there are none. */
class Tally {
  readonly #target: Target;
  readonly #classes: number;
  #count = 0;
  #right = 0;
  #loss = 0;

  constructor(target: Target, classes: number) {
    this.#target = target;
    this.#classes = classes;
  }

  /** @param meanLoss of the rows, where it is more than their cross-entropy */
  add(rows: readonly number[], probabilities: Float32Array, meanLoss?: number): void {
    rows.forEach((row, i) => {
      const own = probabilities.subarray(i * this.#classes, (i + 1) * this.#classes);
      const { loss, right } = this.#target.judge(row, own);
      this.#count++;
      this.#right += right;
      if (meanLoss === undefined) this.#loss += loss;
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
