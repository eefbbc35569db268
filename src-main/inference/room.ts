import { join } from 'node:path';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { PROVIDERS } from './contract.ts';
import type { InferenceEvents, Provider, ProviderReport, inferenceCalls } from './contract.ts';
import { Device } from './device.ts';
import type { NetworkFile } from './network.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

export { COMPARISON_TOLERANCE, compareWithProcessor } from './compare.ts';
export type { OpenSession } from './compare.ts';
export { createLocalSession } from './local-session.ts';
export type { InputTensor, LocalSession, OutputTensor } from './local-session.ts';
export { INNER_OUTPUT, POOLED_OUTPUT } from './network.ts';
export type { NetworkFile } from './network.ts';
export { graph } from './onnx/graph.ts';
export type { AttributeValue, GraphBuilder } from './onnx/graph.ts';
export { ortVersion } from './ort.ts';
export type { Session } from './session.ts';

export interface InferenceDeps {
  host: Pick<Host, 'forkWorker' | 'log'>;
  /** Absolute; optimised networks are kept in a folder of it. */
  dataFolder: string;
  idleMilliseconds?: number;
}

/** Networks on whatever computes fastest here, in processes that may die. */
export interface Inference {
  calls: Handlers<typeof inferenceCalls>;
  events: Emitter<InferenceEvents>;
  /** Of every provider, in the order in which they are tried; each is tested once. */
  providers(): Promise<ProviderReport[]>;
  /**
   * Opens a network on the best device that passes its test and takes the network, or on the one named.
   * @throws AppError `file-missing`, `model-invalid`, `unavailable`, `out-of-memory`, `process-died`
   */
  open(network: NetworkFile, options?: { provider?: Provider }): Promise<Session>;
  close(): void;
}

const IDLE_MILLISECONDS = 5 * 60_000;

export function createInference({
  host,
  dataFolder,
  idleMilliseconds = IDLE_MILLISECONDS,
}: InferenceDeps): Inference {
  const events = new Emitter<InferenceEvents>();
  const folder = join(dataFolder, 'optimised-networks');
  const devices = PROVIDERS.map(
    (provider) =>
      new Device(provider, {
        forkWorker: () => host.forkWorker('inference'),
        folder,
        idleMilliseconds,
      }),
  );
  const reports = new Map<Provider, Promise<ProviderReport>>();

  function test(device: Device): Promise<ProviderReport> {
    const known = reports.get(device.provider);
    if (known) return known;
    const report = device.test();
    reports.set(device.provider, report);
    return report;
  }

  /** One at a time: two drivers that start at once have brought each other down. Slow devices come last. */
  async function testAll(): Promise<ProviderReport[]> {
    const all: ProviderReport[] = [];
    for (const device of devices) all.push(await test(device));
    const isSlow = ({ works, reason }: ProviderReport): boolean => works && reason !== null;
    return all.toSorted((a, b) => Number(isSlow(a)) - Number(isSlow(b)));
  }

  async function* working(wanted?: Provider): AsyncGenerator<Device, void> {
    if (wanted) return yield await named(wanted);
    for (const { provider, works } of await testAll()) {
      if (works) yield deviceOf(provider);
    }
  }

  async function named(provider: Provider): Promise<Device> {
    const device = deviceOf(provider);
    const { works, reason } = await test(device);
    if (works) return device;
    throw new AppError('unavailable', reason ?? 'This device does not work.');
  }

  const deviceOf = (provider: Provider): Device =>
    devices.find((device) => device.provider === provider)!;

  events.on('inference.deviceChanged', (news) => host.log.warn('Computing moves on.', news));

  return {
    events,
    providers: testAll,
    open: (network, { provider } = {}) =>
      openSession(network, working(provider), (news) =>
        events.emit('inference.deviceChanged', news),
      ),
    close: () => {
      for (const device of devices) device.stop();
    },
    calls: {
      'inference.listProviders': ({ again }) => {
        if (again) reports.clear();
        return testAll();
      },
    },
  };
}
