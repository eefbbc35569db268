import { expect, test } from 'vitest';
import { Random } from '../../base/random.ts';
import { averageByGroup, TrainedNetwork, trainNetwork } from '../room.ts';
import type { NetworkEpoch, TrainNetworkRequest } from '../room.ts';
import { balancedRows, splitByGroup } from './split.ts';

const CLASSES = ['low', 'middle', 'high'];

/**
 * Pictures of 6 × 16 whose bright row tells the class, in groups of three clips; the classes have 12, 6
 * and 3 groups.
 */
function pictures(noise: number): TrainNetworkRequest & { labels: Int32Array } {
  const random = new Random(5);
  const groupsOf = [12, 6, 3];
  const labels: number[] = [];
  const groups: number[] = [];
  const inputs: number[] = [];
  let group = 0;
  groupsOf.forEach((count, label) => {
    for (let g = 0; g < count; g++, group++) {
      for (let clip = 0; clip < 3; clip++) {
        labels.push(label);
        groups.push(group);
        for (let i = 0; i < 96; i++) {
          const isBright = Math.floor(i / 16) === 2 * label;
          inputs.push((isBright ? 3 : 0) + noise * (random.next() - 0.5) + 40);
        }
      }
    }
  });
  return {
    kind: 'cnn',
    inputs: Float32Array.from(inputs),
    shape: [6, 16],
    labels: Int32Array.from(labels),
    groups: Int32Array.from(groups),
    classes: CLASSES,
    options: { epochs: 12, filters: 6, hiddenUnits: 12, learningRate: 0.005, batchSize: 16 },
  };
}

function accuracy(probabilities: Float32Array, labels: Int32Array): number {
  const isRight = (label: number, row: number): boolean => {
    const own = probabilities.subarray(3 * row, 3 * row + 3);
    return own.indexOf(Math.max(...own)) === label;
  };
  return labels.filter(isRight).length / labels.length;
}

test.each(['mlp', 'cnn'] as const)(
  '%s learns, tells of every epoch and is read again as it was',
  async (kind) => {
    const request = pictures(1);
    const told: NetworkEpoch[] = [];
    const network = await trainNetwork({ ...request, kind, onEpoch: (epoch) => told.push(epoch) });
    expect(told).toEqual(network.history);
    expect(told.map(({ epoch }) => epoch)).toEqual(told.map((_, i) => i + 1));
    expect(told.at(-1)!.loss).toBeLessThan(told[0].loss);
    expect(told[network.facts.bestEpoch - 1].validationAccuracy).toBeGreaterThan(0.9);
    const found = await network.predict(request.inputs);
    expect(accuracy(found, request.labels)).toBeGreaterThan(0.95);
    const again = TrainedNetwork.fromBytes(network.toBytes());
    expect(again.classes).toEqual(CLASSES);
    expect(await again.predict(request.inputs)).toEqual(found);
    await network.release();
    await again.release();
  },
);

test('a vector is an input too, also for the convolutional network', async () => {
  const request = pictures(1);
  const options = { ...request.options, epochs: 3 };
  const network = await trainNetwork({ ...request, shape: [96], options });
  const found = await network.predict(request.inputs.subarray(0, 96));
  expect(found).toHaveLength(3);
  expect(found.reduce((total, value) => total + value)).toBeCloseTo(1, 5);
  await network.release();
});

test.each(['mlp', 'cnn'] as const)(
  '%s learns several labels of an example at once, a rare one and one that all carry too',
  async (kind) => {
    const { labels, ...request } = pictures(1);
    const carried = Array.from(
      labels as Int32Array,
      (label) =>
        [
          [0, 3],
          [1, 3],
          [1, 2, 3],
        ][label],
    );
    const network = await trainNetwork({
      ...request,
      kind,
      labels: carried,
      classes: ['top', 'lower', 'bottom', 'all'],
      options: { ...request.options, epochs: 30 },
    });
    const found = await network.predict(request.inputs);
    const right = carried.filter((own, row) =>
      [0, 1, 2, 3].every((c) => found[4 * row + c] >= 0.5 === own.includes(c)),
    );
    expect(right.length / carried.length).toBeGreaterThan(0.95);
    const again = TrainedNetwork.fromBytes(network.toBytes());
    expect(await again.predict(request.inputs)).toEqual(found);
    expect(network.history[network.facts.bestEpoch - 1].validationAccuracy).toBeGreaterThan(0.9);
    await network.release();
    await again.release();
    const nobody = carried.map(() => [3]);
    await expect(
      trainNetwork({ ...request, labels: nobody, classes: network.classes }),
    ).rejects.toMatchObject({ code: 'bad-input' });
  },
);

test('the same seed gives the same network', async () => {
  const request = { ...pictures(1), options: { epochs: 2, filters: 4 } };
  const [one, two] = [await trainNetwork(request), await trainNetwork(request)];
  expect(two.weights).toEqual(one.weights);
});

test('training stops when nothing gets better, and can be cancelled', async () => {
  const noise = pictures(1);
  const random = new Random(9);
  const inputs = noise.inputs.map(() => random.next());
  const options = { ...noise.options, epochs: 60, patience: 2 };
  const network = await trainNetwork({ ...noise, inputs, options });
  expect(network.history.length).toBe(network.facts.bestEpoch + 2);
  const control = new AbortController();
  const onEpoch = (): void => control.abort();
  await expect(trainNetwork({ ...noise, onEpoch, signal: control.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('one class alone cannot be learned; identical examples and two tracks can be given', async () => {
  const request = pictures(1);
  await expect(
    trainNetwork({ ...request, labels: request.labels.map(() => 1) }),
  ).rejects.toMatchObject({ code: 'bad-input' });
  const two = await trainNetwork({
    ...request,
    inputs: new Float32Array(2 * 96).fill(3),
    labels: Int32Array.of(0, 2),
    groups: Int32Array.of(1, 2),
  });
  expect(two.history[0].validationLoss).toBeNull();
  const found = await two.predict(new Float32Array(96));
  expect(found.every(Number.isFinite)).toBe(true);
  await two.release();
});

test('bytes of something else are refused', () => {
  for (const bytes of [new Uint8Array(3), new Uint8Array(500), new TextEncoder().encode('hello')]) {
    expect(() => TrainedNetwork.fromBytes(bytes)).toThrow(/cannot be read/);
  }
});

test('a split never divides a group and holds out of every class that has two', () => {
  const { labels, groups } = pictures(0);
  const { train, heldOut } = splitByGroup(labels, groups, 0.25, new Random(1));
  const [left, right] = [train, heldOut].map((rows) => new Set(rows.map((row) => groups[row])));
  expect([...left].filter((group) => right.has(group))).toEqual([]);
  expect(train.length + heldOut.length).toBe(labels.length);
  const groupsPerClass = [0, 1, 2].map(
    (label) =>
      new Set(heldOut.filter((row) => labels[row] === label).map((row) => groups[row])).size,
  );
  expect(groupsPerClass).toEqual([3, 2, 1]);
  const balanced = balancedRows(train, labels, new Random(1));
  const counts = [0, 1, 2].map((label) => balanced.filter((row) => labels[row] === label).length);
  expect(counts).toEqual([27, 27, 27]);
  expect(new Set(balanced)).toEqual(new Set(train));
});

test('the prediction of a track is the mean of its clips', () => {
  const mean = averageByGroup(Float32Array.of(1, 0, 0.5, 0.5, 0, 1), Int32Array.of(7, 7, 9), 2);
  expect([...mean]).toEqual([
    [7, Float32Array.of(0.75, 0.25)],
    [9, Float32Array.of(0, 1)],
  ]);
});
