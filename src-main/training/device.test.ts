import { describe, expect, test } from 'vitest';
import { AppError } from '../base/errors.ts';
import type { ProviderReport } from '../inference/contract.ts';
import { createLocalSession } from '../inference/room.ts';
import type { LocalSession, OpenSession } from '../inference/room.ts';
import { composeTraining } from './compose.ts';
import type { TrainedOn } from './contract.ts';
import { TrainingDevice } from './device.ts';
import { Lcg } from './fixtures/lcg.ts';
import { applyLayers } from './layers.ts';
import { crossEntropy } from './losses.ts';
import { onBestDevice } from './on-best-device.ts';
import { OneTraining } from './one-training.ts';
import { Trainer } from './trainer.ts';

const [ROWS, VALUES, CLASSES] = [12, 6, 3];

const step = composeTraining({ x: [ROWS, VALUES], wanted: [ROWS, CLASSES] }, (inputs, scope) => {
  const hidden = applyLayers([{ kind: 'dense', units: 8 }, { kind: 'relu' }], inputs.x, scope);
  const logits = applyLayers([{ kind: 'dense', units: CLASSES }], hidden, scope);
  return { loss: crossEntropy(logits, inputs.wanted) };
});

/** How the device that the tests pretend to have differs from the processor, which computes for it. */
interface Fake {
  /** Runs that it answers before it fails; the trial takes four. */
  dies?: number;
  refuses?: boolean;
  /** Added to the gradients. */
  error?: number;
  /** Milliseconds that a run takes longer. */
  wait?: { webgpu?: number; cpu?: number };
}

function pretend({ dies = Infinity, refuses, error = 0, wait = {} }: Fake): OpenSession {
  let runs = 0;
  return async (network, provider, options) => {
    const isDevice = provider === 'webgpu';
    if (isDevice && refuses) throw new AppError('unavailable', 'It lacks ScatterElements.');
    const real = await createLocalSession(network, 'cpu', options);
    const run: LocalSession['run'] = async (feeds, fetches) => {
      if (isDevice && ++runs > dies) throw new AppError('unavailable', 'The card was removed.');
      const milliseconds = (isDevice ? wait.webgpu : wait.cpu) ?? 0;
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const outputs = await real.run(feeds, fetches);
      if (isDevice && outputs.nextFirst) outputs.nextFirst.data[0] += error;
      return outputs;
    };
    return { ...real, provider, run };
  };
}

async function learn(device: TrainingDevice): Promise<number[]> {
  const random = new Lcg(5);
  const x = random.values(ROWS * VALUES);
  const wanted = Float32Array.from({ length: ROWS * CLASSES }, (_, i) =>
    Math.floor(i / CLASSES) % CLASSES === i % CLASSES ? 1 : 0,
  );
  const trainer = await Trainer.open(step, device, random);
  const losses: number[] = [];
  for (let i = 0; i < 12; i++) losses.push((await trainer.step({ x, wanted }, 0.01)).loss[0]);
  await trainer.release();
  return losses;
}

const processorIsSlow = { cpu: 30 };
const device = (fake: Fake): TrainingDevice => new TrainingDevice('webgpu', null, pretend(fake));

describe('a training', () => {
  test('stays on a device that computes the same sooner, and says how much', async () => {
    const own = device({ wait: processorIsSlow });
    expect(await learn(own)).toEqual(await learn(new TrainingDevice()));
    expect(own.trainedOn.provider).toBe('webgpu');
    expect(own.trainedOn.why).toMatch(/^A step took [\d.]+ ms, and [\d.]+ ms on the processor\.$/);
  });

  test.each<[string, Fake, RegExp]>([
    ['is slower', { wait: { webgpu: 30 } }, /^A step took [\d.]+ ms on WebGPU and [\d.]+ ms on/],
    ['computes wrongly', { error: 0.1, wait: processorIsSlow }, /^WebGPU computed .* wrongly\.$/],
    ['gives no numbers', { error: NaN, wait: processorIsSlow }, /wrongly\.$/],
    ['refuses', { refuses: true }, /^WebGPU could not compute .* It lacks ScatterElements\.$/],
    ['dies while tried', { dies: 2 }, /^WebGPU could not compute .* The card was removed\.$/],
  ])('goes to the processor where the device %s', async (_, fake, why) => {
    const own = device(fake);
    expect(await learn(own)).toEqual(await learn(new TrainingDevice()));
    expect(own.trainedOn).toEqual({ provider: 'cpu', why: expect.stringMatching(why) as string });
  });

  test('goes on from the last step where the device dies half-way', async () => {
    const own = device({ dies: 9, wait: processorIsSlow });
    expect(await learn(own)).toEqual(await learn(new TrainingDevice()));
    const why = 'WebGPU failed, and the processor went on. The card was removed.';
    expect(own.trainedOn).toEqual({ provider: 'cpu', why });
  });
});

const report = (provider: 'cpu' | 'webgpu', works: boolean): ProviderReport => ({
  provider,
  works,
  adapter: null,
  difference: null,
  reason: works ? null : 'No driver.',
});

interface Attempt {
  reports?: ProviderReport[];
  /** What happens to the process of the first training. */
  first?: () => Promise<string>;
  patienceMilliseconds?: number;
}

async function attempt({
  reports = [report('webgpu', true), report('cpu', true)],
  first = () => Promise.resolve('trained'),
  patienceMilliseconds,
}: Attempt): Promise<{ given: TrainedOn[]; output: string }> {
  const given: TrainedOn[] = [];
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled', 'The work was cancelled.'));
  });
  const output = await onBestDevice({
    inference: { providers: () => Promise.resolve(reports) },
    stop,
    patienceMilliseconds,
    train: (device) => {
      given.push(device);
      return given.length === 1 ? Promise.race([first(), stopped]) : Promise.resolve('again');
    },
  });
  return { given, output };
}

const fail = (code: AppError['code']) => () =>
  Promise.reject(new AppError(code, 'A worker process ended by itself (SIGSEGV).'));

describe('a training process', () => {
  test('is given the first device that works', async () => {
    expect((await attempt({})).given).toEqual([{ provider: 'webgpu', why: null }]);
    const reports = [report('webgpu', false), report('cpu', true)];
    expect((await attempt({ reports })).given).toEqual([{ provider: 'cpu', why: null }]);
    expect((await attempt({ reports: [] })).given).toEqual([{ provider: 'cpu', why: null }]);
  });

  test('that dies or hangs on a device is started again on the processor', async () => {
    const { given, output } = await attempt({ first: fail('process-died') });
    expect(output).toBe('again');
    const why =
      'WebGPU failed, and the training began again on the processor. A worker process ended by itself (SIGSEGV).';
    expect(given[1]).toEqual({ provider: 'cpu', why });
    const hanging = await attempt({ first: () => new Promise(() => {}), patienceMilliseconds: 20 });
    expect(hanging.given[1].why).toContain('no sign of life');
  });

  test('is not begun where it was cancelled while a device is looked for, and the next one is', async () => {
    let answer = (_: ProviderReport[]): void => {};
    const providers = () => new Promise<ProviderReport[]>((resolve) => (answer = resolve));
    const one = new OneTraining('busy', () => {});
    const begun: number[] = [];
    const ends: string[] = [];
    const train = (number: number, found: () => Promise<ProviderReport[]>) =>
      one.run(
        (signal) =>
          onBestDevice({
            inference: { providers: found },
            signal,
            stop: () => {},
            train: () => Promise.resolve(begun.push(number)),
          }),
        ({ state }) => ends.push(state),
      );
    const first = train(1, providers);
    one.cancel();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect([one.isRunning, ends]).toEqual([false, ['cancelled']]);
    const second = train(2, () => Promise.resolve([]));
    answer([report('webgpu', true)]);
    await second;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(begun).toEqual([2]);
  });

  test('that was cancelled or had nothing to learn from is not', async () => {
    await expect(attempt({ first: fail('cancelled') })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(attempt({ first: fail('bad-input') })).rejects.toMatchObject({
      code: 'bad-input',
    });
    const reports = [report('cpu', true)];
    await expect(attempt({ reports, first: fail('process-died') })).rejects.toMatchObject({
      code: 'process-died',
    });
  });
});
