import { AppError, toPlainError } from '../base/errors.ts';
import { PROVIDER_NAMES } from '../inference/contract.ts';
import type { Inference } from '../inference/room.ts';
import type { TrainedOn } from './contract.ts';

/** A training of which nothing is heard for so long hangs in a driver. */
const PATIENCE_MILLISECONDS = 10 * 60_000;
/** What a device can do to a process; anything else would befall the processor too. */
const LEAVES = new Set(['process-died', 'timeout', 'unavailable', 'internal', 'out-of-memory']);

export interface DeviceTraining<Output> {
  /** Which devices work. */
  inference: Pick<Inference, 'providers'>;
  /** Trains in a process; `isAlive` is called with all its news. */
  train(device: TrainedOn, isAlive: () => void): Promise<Output>;
  /** Looked at before the first training begins: finding a device that works can take a while. */
  signal?: AbortSignal;
  /** Ends that process. */
  stop(): void;
  patienceMilliseconds?: number;
}

/**
 * Trains on the device that inference would begin with, and from the start on the processor where it brings the
 * process down or gives no sign of life.
 */
export async function onBestDevice<Output>(training: DeviceTraining<Output>): Promise<Output> {
  const reports = await training.inference.providers();
  training.signal?.throwIfAborted();
  const provider = reports.find(({ works }) => works)?.provider ?? 'cpu';
  if (provider === 'cpu') return training.train({ provider, why: null }, () => {});
  try {
    return await withPatience(training, { provider, why: null });
  } catch (thrown) {
    const { code, message } = toPlainError(thrown);
    if (!LEAVES.has(code)) throw thrown;
    const why = `${PROVIDER_NAMES[provider]} failed, and the training began again on the processor. ${message}`;
    return training.train({ provider: 'cpu', why }, () => {});
  }
}

async function withPatience<Output>(
  { train, stop, patienceMilliseconds = PATIENCE_MILLISECONDS }: DeviceTraining<Output>,
  device: TrainedOn,
): Promise<Output> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, patienceMilliseconds);
  try {
    return await train(device, () => void timer.refresh());
  } catch (thrown) {
    if (!isLate) throw thrown;
    const minutes = Math.round(patienceMilliseconds / 60_000);
    throw new AppError('timeout', `It gave no sign of life for ${minutes} minutes.`);
  } finally {
    clearTimeout(timer);
  }
}
