import { expect, test } from 'vitest';
import { composeTraining } from './compose.ts';
import { TrainingDevice } from './device.ts';
import { Lcg } from './fixtures/lcg.ts';
import curves from './fixtures/torch.json' with { type: 'json' };
import { applyLayers } from './layers.ts';
import type { Layer } from './layers.ts';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from './losses.ts';
import { Trainer } from './trainer.ts';
import { sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** Trains as `make-torch.py` does: weights and data from the same generator, all rows in every step. */
async function curveOf(
  seed: number,
  shape: number[],
  layers: Layer[],
  target: { classes: number; yesWeights?: number[] } | 'itself',
  { steps, rate }: { steps: number; rate: number },
): Promise<number[]> {
  const rows = shape[0];
  const lossOf = (found: Tensor, x: Tensor, wanted: Tensor): Tensor => {
    if (target === 'itself') return meanSquaredError(found, x);
    const { yesWeights } = target;
    return yesWeights ? binaryCrossEntropy(found, wanted, yesWeights) : crossEntropy(found, wanted);
  };
  const wantedDims: Record<string, number[]> =
    target === 'itself' ? {} : { wanted: [rows, target.classes] };
  const composition = composeTraining({ x: shape, ...wantedDims }, ({ x, wanted }, scope) => ({
    loss: lossOf(applyLayers(layers, x, scope), x, wanted),
  }));
  const random = new Lcg(seed);
  const trainer = await Trainer.open(composition, new TrainingDevice(), random);
  const values = random.values(sizeOf(shape));
  const inputs: Record<string, Float32Array> =
    target === 'itself'
      ? { x: values.map((value) => (value + 1) / 2) }
      : { x: values, wanted: answersOf(rows, target) };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await trainer.step(inputs, rate)).loss[0]);
  await trainer.release();
  return losses;
}

/** A row is of one class in turn; with several labels it carries every one whose number, from 1, divides its own. */
const answersOf = (
  rows: number,
  { classes, yesWeights }: { classes: number; yesWeights?: number[] },
): Float32Array =>
  Float32Array.from({ length: rows * classes }, (_, i) => {
    const [row, own] = [Math.floor(i / classes), i % classes];
    return (yesWeights ? row % (own + 1) : (row % classes) - own) === 0 ? 1 : 0;
  });

function expectCurve(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((loss, step) => {
    expect(Math.abs(loss / expected[step] - 1), `step ${step}: ${loss}`).toBeLessThan(1e-3);
  });
  expect(found.at(-1)).toBeLessThan(found[0]);
}

test('a network with one hidden layer learns as in PyTorch', async () => {
  const layers: Layer[] = [
    { kind: 'dense', units: 10, l2: 0.01 },
    { kind: 'relu' },
    { kind: 'dense', units: 3 },
  ];
  const found = await curveOf(1, [12, 6], layers, { classes: 3 }, { steps: 40, rate: 0.01 });
  expectCurve(found, curves.mlp);
});

test('a convolutional network learns as in PyTorch', async () => {
  const block: Layer[] = [
    { kind: 'conv', filters: 4, kernel: [3, 3], stride: [1, 1] },
    { kind: 'relu' },
    { kind: 'maxPool', kernel: [2, 2], stride: [2, 2] },
    { kind: 'batchNorm' },
  ];
  const layers: Layer[] = [...block, ...block, { kind: 'dense', units: 3 }];
  const found = await curveOf(2, [9, 1, 8, 12], layers, { classes: 3 }, { steps: 30, rate: 0.003 });
  expectCurve(found, curves.cnn);
});

test('a network of several labels, rare ones weighing more, learns as in PyTorch', async () => {
  const layers: Layer[] = [
    { kind: 'dense', units: 10 },
    { kind: 'relu' },
    { kind: 'dense', units: 4 },
  ];
  const target = { classes: 4, yesWeights: [1, 1, 2, 3.5] };
  expectCurve(await curveOf(4, [12, 6], layers, target, { steps: 40, rate: 0.01 }), curves.several);
});

test('an autoencoder learns as in PyTorch', async () => {
  const layers: Layer[] = [
    { kind: 'conv', filters: 4, kernel: [3, 3], stride: [2, 2] },
    { kind: 'relu' },
    { kind: 'dense', units: 2 },
    { kind: 'dense', units: 96 },
    { kind: 'relu' },
    { kind: 'reshape', dims: [4, 4, 6] },
    { kind: 'convTransposed', filters: 3, kernel: [3, 3], stride: [2, 2], size: [8, 12] },
    { kind: 'relu' },
    { kind: 'conv', filters: 1, kernel: [3, 3], stride: [1, 1] },
    { kind: 'sigmoid' },
  ];
  const found = await curveOf(3, [8, 1, 8, 12], layers, 'itself', { steps: 40, rate: 0.005 });
  expectCurve(found, curves.autoencoder);
});
