import { expect, test } from 'vitest';
import { Random } from '../../base/random.ts';
import { REGION_NAMES, regionTracks, toMono } from '../../demo/fixtures/regions.ts';
import { averageByGroup, trainNetwork } from '../room.ts';
import { clipShape, MfccClips } from './mfcc-clips.ts';
import { splitByGroup } from './split.ts';

const SECONDS = 1.5;

/** `bench/training.mjs` does the same with more and longer tracks, from files. */
test('a convolutional network knows the region of nine in ten tracks that it has never heard', async () => {
  const shape = clipShape({ seconds: SECONDS });
  const clips: Float32Array[] = [];
  const labels: number[] = [];
  const groups: number[] = [];
  let group = 0;
  for (const track of regionTracks(50, [0.3, 5])) {
    const maker = new MfccClips({ seconds: SECONDS, mostClips: 2 }, track.seconds);
    maker.push(toMono(track, 22_050));
    for (const clip of maker.finish()) {
      clips.push(clip);
      labels.push(track.region);
      groups.push(group);
    }
    group++;
  }
  const rowsOf = (rows: number[]) => {
    const inputs = new Float32Array(rows.length * shape[0] * shape[1]);
    rows.forEach((row, i) => inputs.set(clips[row], i * shape[0] * shape[1]));
    const pick = (values: number[]) => Int32Array.from(rows, (row) => values[row]);
    return { inputs, labels: pick(labels), groups: pick(groups) };
  };
  const all = [Int32Array.from(labels), Int32Array.from(groups)] as const;
  const { train, heldOut } = splitByGroup(...all, 0.3, new Random(3));
  const options = { epochs: 12, filters: 8, hiddenUnits: 32, learningRate: 0.003, batchSize: 16 };
  const network = await trainNetwork({
    kind: 'cnn',
    ...rowsOf(train),
    shape,
    classes: REGION_NAMES,
    options,
  });
  const unheard = rowsOf(heldOut);
  const means = averageByGroup(
    await network.predict(unheard.inputs),
    unheard.groups,
    REGION_NAMES.length,
  );
  const right = [...means].filter(([track, mean]) => {
    const best = mean.indexOf(Math.max(...mean));
    return best === labels[groups.indexOf(track)];
  });
  expect(means.size).toBeGreaterThanOrEqual(14);
  expect(right.length / means.size).toBeGreaterThanOrEqual(0.9);
  await network.release();
});
