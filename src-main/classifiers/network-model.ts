import { averageByGroup, trainNetwork, TrainedNetwork } from '../training/room.ts';
import type { NetworkKind, TrainingDevice } from '../training/room.ts';
import type { ClassifierSettings } from './contract.ts';
import type { Examples, Fitted, Learn, Lesson } from './learner.ts';

const LEAST_PROBABILITY = 1e-9;

/** A learner of networks; what is said of a track is the mean over its examples. */
export function networkLearner(
  kind: NetworkKind,
  examples: Examples,
  { answers, isSeveral, classes, groups, classNames }: Lesson,
  settings: ClassifierSettings,
  device: TrainingDevice,
): Learn {
  const { epochs, hiddenUnits, learningRate } = settings.network;
  return async (items, onStep) => {
    const wanted = new Set(items);
    const rows = [...examples.itemOf.keys()].filter((row) => wanted.has(examples.itemOf[row]));
    const network = await trainNetwork({
      kind,
      inputs: examplesAt(examples, rows),
      shape: examples.shape,
      labels: isSeveral
        ? rows.map((row) => answers[examples.itemOf[row]])
        : Int32Array.from(rows, (row) => classes[examples.itemOf[row]]),
      groups: Int32Array.from(rows, (row) => groups[examples.itemOf[row]]),
      classes: classNames,
      options: {
        epochs,
        hiddenUnits,
        learningRate,
        balance: settings.isBalanced,
        seed: settings.seed,
      },
      device,
      onEpoch: ({ epoch, loss, validationLoss }) =>
        onStep({ step: epoch, steps: epochs, trainingLoss: loss, validationLoss }),
    });
    return fittedNetwork(network, examples);
  };
}

export const readNetwork = (bytes: Uint8Array, examples: Examples): Fitted =>
  fittedNetwork(TrainedNetwork.fromBytes(bytes), examples);

function fittedNetwork(network: TrainedNetwork, examples: Examples): Fitted {
  return {
    outputsOf: async (items) => {
      const wanted = new Set(items);
      const rows = [...examples.itemOf.keys()].filter((row) => wanted.has(examples.itemOf[row]));
      const probabilities = await network.predict(examplesAt(examples, rows));
      const owners = Int32Array.from(rows, (row) => examples.itemOf[row]);
      const means = averageByGroup(probabilities, owners, network.classes.length);
      const outputs = network.facts.isSeveral ? eachLogOdds : logOdds;
      return items.map((item) => outputs(means.get(item)!));
    },
    toBytes: () => network.toBytes(),
    explained: [],
    release: () => network.release(),
  };
}

function examplesAt({ inputs, shape }: Examples, rows: readonly number[]): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const taken = new Float32Array(rows.length * size);
  rows.forEach((row, i) => taken.set(inputs.subarray(row * size, (row + 1) * size), i * size));
  return taken;
}

/** Two classes have one output, as with trees. */
function logOdds(probabilities: Float32Array): Float64Array {
  const logs = Float64Array.from(probabilities, (p) => Math.log(Math.max(LEAST_PROBABILITY, p)));
  return logs.length === 2 ? Float64Array.of(logs[1] - logs[0]) : logs;
}

const eachLogOdds = (probabilities: Float32Array): Float64Array =>
  Float64Array.from(probabilities, (p) =>
    Math.log(Math.max(LEAST_PROBABILITY, p) / Math.max(LEAST_PROBABILITY, 1 - p)),
  );
