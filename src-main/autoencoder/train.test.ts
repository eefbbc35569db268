import { expect, test } from 'vitest';
import { Random } from '../base/random.ts';
import { autoencoderParameters } from './contract.ts';
import type { AutoencoderEpoch } from './contract.ts';
import { Autoencoder, trainingStep } from './network.ts';
import { spreadOf, varianceShares } from './plane.ts';
import { TrainingDevice } from '../training/room.ts';
import { trainAutoencoder } from './train.ts';

const shape = { bands: 16, columns: 24, seconds: 1 };
const SIZE = 16 * 24;

/** Spectrograms with a bright band at one height and a bright column at one time: two things differ. */
function spectrograms(count: number): Uint8Array {
  const random = new Random(8);
  const grids = new Uint8Array(count * SIZE);
  for (let row = 0; row < count; row++) {
    const [band, column] = [2 + 12 * random.next(), 3 + 18 * random.next()];
    for (let i = 0; i < SIZE; i++) {
      const [b, c] = [Math.floor(i / 24), i % 24];
      const level = Math.exp(-((b - band) ** 2) / 6) + Math.exp(-((c - column) ** 2) / 14);
      grids[row * SIZE + i] = Math.min(255, 40 + 180 * level);
    }
  }
  return grids;
}

const parameters = (more: object = {}) =>
  autoencoderParameters.parse({ epochs: 30, batchSize: 16, learningRate: 0.004, ...more });

test('it learns, spreads the tracks over both axes, and is read again as it was', async () => {
  const grids = spectrograms(48);
  const told: AutoencoderEpoch[] = [];
  const trained = await trainAutoencoder(grids, shape, parameters(), {
    onEpoch: (epoch) => told.push(epoch),
  });
  const { autoencoder, points, history, bestEpoch } = trained;
  expect(told).toEqual(history);
  expect(history[bestEpoch - 1].validationLoss).toBeLessThan(0.6 * history[0].validationLoss!);
  const shares = varianceShares({ values: points, dims: 2 });
  expect(shares[1]).toBeGreaterThan(0.2);
  const again = await Autoencoder.fromBytes(autoencoder.toBytes(), new TrainingDevice());
  expect(await again.encode(grids)).toEqual(points);
  const point = [points[0], points[1]];
  const decoded = await again.decode(point);
  expect(decoded).toEqual(await autoencoder.decode(point));
  expect(decoded).toHaveLength(SIZE);
  await autoencoder.release();
  await again.release();
});

test('a plane is white after the shortest training too, and decodes what it did before', async () => {
  const grids = spectrograms(24);
  const { points, autoencoder } = await trainAutoencoder(grids, shape, parameters({ epochs: 2 }));
  const { mean, covariance } = spreadOf({ values: points, dims: 2 });
  [...mean, ...covariance].forEach((value, i) =>
    expect(value).toBeCloseTo([0, 0, 1, 0, 0, 1][i], 4),
  );
  const weights = trainingStep(shape, { bottleneck: 2, batchSize: 8, spread: 0 }).begin(
    new Random(3),
  );
  const raw = await Autoencoder.open(shape, 2, weights, new TrainingDevice());
  const places = await raw.encode(grids);
  const white = await Autoencoder.open(shape, 2, raw.whitened(places), new TrainingDevice());
  const turned = await white.encode(grids);
  expect(varianceShares({ values: places, dims: 2 })[1]).toBeLessThan(0.2);
  for (let row = 0; row < 6; row++) {
    const before = await raw.decode([...places.subarray(2 * row, 2 * row + 2)]);
    const after = await white.decode([...turned.subarray(2 * row, 2 * row + 2)]);
    const off = after.map((value, i) => Math.abs(value - before[i]));
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
  }
  for (const one of [autoencoder, raw, white]) await one.release();
});

test('three neurons make a space, and training can be cancelled', async () => {
  const grids = spectrograms(8);
  const { autoencoder, points } = await trainAutoencoder(
    grids,
    shape,
    parameters({ bottleneck: 3, epochs: 2 }),
  );
  expect(points).toHaveLength(24);
  expect(await autoencoder.decode([0, 0, 0])).toHaveLength(SIZE);
  await autoencoder.release();
  const control = new AbortController();
  const options = { onEpoch: () => control.abort(), signal: control.signal };
  await expect(trainAutoencoder(grids, shape, parameters(), options)).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('too few tracks and tracks that are all alike get a sentence', async () => {
  const few = trainAutoencoder(spectrograms(2), shape, parameters());
  await expect(few).rejects.toMatchObject({ code: 'bad-input', message: /at least 4 tracks/ });
  const alike = new Uint8Array(6 * SIZE).fill(9);
  await expect(trainAutoencoder(alike, shape, parameters())).rejects.toThrow(/all sound the same/);
  await expect(
    Autoencoder.fromBytes(new Uint8Array(40), new TrainingDevice()),
  ).rejects.toMatchObject({
    code: 'model-invalid',
  });
});
