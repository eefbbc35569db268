import { AppError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import {
  batchesOf,
  EarlyStop,
  Network,
  shuffled,
  Trainer,
  TrainingDevice,
} from '../training/room.ts';
import type { Weights } from '../training/room.ts';
import { LEAST_TRACKS } from './contract.ts';
import type { AutoencoderEpoch, AutoencoderParameters } from './contract.ts';
import type { GridShape } from './mel-grid.ts';
import { Autoencoder, judgingStep, toUnit, trainingStep } from './network.ts';
import { varianceShares } from './plane.ts';

/** What a training ends with. */
export interface TrainedAutoencoder {
  autoencoder: Autoencoder;
  /** One point per spectrogram, one after another. */
  points: Float32Array;
  history: AutoencoderEpoch[];
  bestEpoch: number;
  /** Parts of the variance along the principal directions before the plane was made white. */
  learnedShares: number[];
}

export interface TrainingOptions {
  /** The processor where it is not given. */
  device?: TrainingDevice;
  onEpoch?(epoch: AutoencoderEpoch): void;
  signal?: AbortSignal;
}

/**
 * Trains an autoencoder on spectrograms of one shape. Its plane is made white before the first step, so that
 * short trainings use both axes too, kept so by `spread` on the way, and made white again at the end.
 * @param grids one after another, see `MelGrid`
 * @throws AppError `bad-input` where the tracks are too few or all alike, `cancelled` after `signal`
 */
export async function trainAutoencoder(
  grids: Uint8Array,
  shape: GridShape,
  parameters: AutoencoderParameters,
  { device = new TrainingDevice(), onEpoch, signal }: TrainingOptions = {},
): Promise<TrainedAutoencoder> {
  const size = shape.bands * shape.columns;
  check(grids, size);
  const { bottleneck, epochs, learningRate, patience, validationPart, seed } = parameters;
  const random = new Random(seed);
  const rows = shuffled([...Array(grids.length / size).keys()], random);
  const heldOut = rows.slice(0, Math.floor(validationPart * rows.length));
  const train = rows.slice(heldOut.length);
  const batchSize = Math.min(parameters.batchSize, train.length);
  const step = trainingStep(shape, { ...parameters, batchSize });
  const whiten = async (over: Uint8Array, weights: Weights) => {
    const raw = await Autoencoder.open(shape, bottleneck, weights, device);
    const values = await raw.encode(over);
    await raw.release();
    return { weights: raw.whitened(values), shares: varianceShares({ values, dims: bottleneck }) };
  };
  const begun = await whiten(gatherGrids(grids, size, train), step.begin(random));
  const trainer = await Trainer.open(step, device, random, begun.weights);
  const judge = await Network.open(judgingStep(shape, bottleneck, batchSize), device);
  const stop = new EarlyStop<Weights>(patience);
  const history: AutoencoderEpoch[] = [];
  const batchInput = (batch: readonly number[]) => ({ x: toUnit(gatherGrids(grids, size, batch)) });
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const losses: number[] = [];
      for (const batch of batchesOf(shuffled(train, random), batchSize)) {
        if (signal?.aborted) throw new AppError('cancelled', 'The training was cancelled.');
        losses.push((await trainer.step(batchInput(batch), learningRate)).error[0]);
      }
      const errors: number[] = [];
      for (const batch of batchesOf(heldOut, batchSize)) {
        errors.push(...(await judge.run(trainer.weights, batchInput(batch))).errors);
      }
      const validationLoss = meanOf(errors.slice(0, heldOut.length));
      const one = { epoch, loss: meanOf(losses)!, validationLoss };
      history.push(one);
      onEpoch?.(one);
      if (stop.take(validationLoss ?? one.loss, trainer.weights)) break;
    }
  } finally {
    await trainer.release();
    await judge.release();
  }
  const { weights, shares: learnedShares } = await whiten(grids, stop.best!);
  const autoencoder = await Autoencoder.open(shape, bottleneck, weights, device);
  const points = await autoencoder.encode(grids);
  return { autoencoder, points, history, bestEpoch: stop.bestEpoch, learnedShares };
}

function check(grids: Uint8Array, size: number): void {
  const count = grids.length / size;
  if (count < LEAST_TRACKS) {
    const have = ['none was', 'only one was'][count] ?? `only ${count} were`;
    throw new AppError(
      'bad-input',
      `A map needs at least ${LEAST_TRACKS} tracks; ${have} readable.`,
    );
  }
  const isFirst = (row: number): boolean =>
    Buffer.compare(grids.subarray(0, size), grids.subarray(row * size, (row + 1) * size)) === 0;
  if ([...Array(count).keys()].every(isFirst)) {
    throw new AppError(
      'bad-input',
      'The chosen tracks all sound the same: there is nothing to map.',
    );
  }
}

function gatherGrids(grids: Uint8Array, size: number, rows: readonly number[]): Uint8Array {
  const gathered = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => gathered.set(grids.subarray(row * size, (row + 1) * size), i * size));
  return gathered;
}

/** Null of nothing. */
const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
