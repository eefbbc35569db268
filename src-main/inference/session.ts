import { randomUUID } from 'node:crypto';
import { AppError, toPlainError } from '../base/errors.ts';
import type { InferenceEvents, Provider } from './contract.ts';
import { diedTwice } from './device.ts';
import type { Device } from './device.ts';
import type { InputTensor, OutputTensor } from './local-session.ts';
import { batchOf } from './memory-guard.ts';
import type { NetworkFile } from './network.ts';

/** A network that is ready to compute, on whichever device works. */
export interface Session {
  /** Where it computes now; another one after `inference.deviceChanged`. */
  readonly provider: Provider;
  readonly inputs: string[];
  /** Free sizes carry a name. */
  readonly outputs: { name: string; shape: (number | string)[] }[];
  /**
   * Computes the outputs named in `fetches`; runs of one device wait for one another.
   * @throws AppError `out-of-memory` where half the batch may do, `model-invalid` where names or shapes do
   * not fit, `timeout`, `process-died` or `unavailable` where no device is left, `cancelled` where the room was
   * closed
   */
  run(feeds: Record<string, InputTensor>, fetches: string[]): Promise<Record<string, OutputTensor>>;
  release(): Promise<void>;
}

/** A device that failed so often with a network is left, */
const CRASHES = 2;
/** and one that fails like this is left at once, unless it is the processor: the driver may be to blame. */
const LEAVES = new Set<AppError['code']>(['unavailable', 'internal', 'timeout']);

/**
 * Opens a network on the first of `devices` that takes it.
 * @param devices the ones that work, best first; each is asked for only when the ones before have failed
 * @throws AppError of the last device
 */
export async function openSession(
  network: NetworkFile,
  devices: AsyncIterator<Device>,
  onMoved: (news: InferenceEvents['inference.deviceChanged']) => void,
): Promise<Session> {
  const key = randomUUID();
  let { device, info } = await nextDevice(null, null);
  let crashes = 0;

  async function nextDevice(left: Device | null, why: AppError | null): Promise<Opened> {
    let from = left;
    let reason = why;
    for (;;) {
      const next = await devices.next();
      if (next.done)
        throw reason ?? new AppError('unavailable', 'ONNX Runtime does not work here.');
      const candidate: Device = next.value;
      try {
        const opened = await candidate.open(key, network);
        if (from && reason) {
          onMoved({ from: from.provider, to: candidate.provider, reason: reason.message });
        }
        return { device: candidate, info: opened };
      } catch (thrown) {
        reason = asAppError(thrown);
        if (reason.code === 'cancelled' || reason.code === 'file-missing') throw reason;
        from ??= candidate;
      }
    }
  }

  async function run(
    feeds: Record<string, InputTensor>,
    fetches: string[],
  ): Promise<Record<string, OutputTensor>> {
    for (;;) {
      const tried = device;
      try {
        return await tried.run(key, network, feeds, fetches);
      } catch (thrown) {
        const error = asAppError(thrown);
        // Another run of this session may have moved it on meanwhile.
        if (tried === device) await recover(error, feeds);
      }
    }
  }

  /** Returns where the run is worth another try, here or elsewhere. */
  async function recover(error: AppError, feeds: Record<string, InputTensor>): Promise<void> {
    if (error.code === 'process-died') {
      if (device.endedBy === 'SIGKILL' && batchOf(feeds) > 1) {
        throw new AppError('out-of-memory', 'The system ended the process, as memory ran out.');
      }
      if (++crashes < CRASHES) return;
      error = diedTwice(device);
    } else if (device.provider === 'cpu' || !LEAVES.has(error.code)) {
      throw error;
    }
    crashes = 0;
    ({ device, info } = await nextDevice(device, error));
  }

  return {
    get provider() {
      return device.provider;
    },
    get inputs() {
      return info.inputs.map((input) => input.name);
    },
    get outputs() {
      return info.outputs.map(({ name, shape }) => ({ name, shape }));
    },
    run,
    release: () => device.release(key),
  };
}

interface Opened {
  device: Device;
  info: Awaited<ReturnType<Device['open']>>;
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('internal', toPlainError(thrown).message, { cause: thrown });
}
